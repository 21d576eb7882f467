import BridgeCore
import StrictJSON

/// What `POST /v1/endpoints/{id}/rotate-secret` asks for.
struct RotationRequest {
    /// How long the keys before sign too.
    let overlap: Duration

    private static let defaultOverlap: Duration = .seconds(24 * 3600)
    private static let overlaps: ClosedRange<Duration> = .zero ... .seconds(7 * 24 * 3600)

    /// - Throws: ``Problem`` with every fault that was found.
    init(_ json: JSON) throws(Problem) {
        var faults = FieldFaults()
        let form = ValueForm.duration(Self.overlaps)
        let overlap = FieldReader(json, known: ["overlap"], &faults)?
            .read("overlap", "must be \(form.expected)", &faults, form.wholeMilliseconds)
        try faults.check()
        self.overlap = overlap ?? Self.defaultOverlap
    }
}
