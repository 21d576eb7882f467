import BridgeCore
import StrictJSON

/// What `POST /v1/endpoints/{id}/recover` asks for.
struct RecoveryRequest {
    /// Events from then on.
    let since: Timestamp

    /// No time is written with more characters.
    private static let maximumLength = 64

    /// - Throws: ``Problem`` with every fault that was found.
    init(_ json: JSON) throws(Problem) {
        var faults = FieldFaults()
        let fields = FieldReader(json, known: ["since"], &faults)
        fields?.require("since", &faults)
        let since = fields?.read("since", "must be a time as in RFC 3339", &faults) { json in
            json.text(atMost: Self.maximumLength).flatMap { Timestamp(rfc3339: $0) }
        }
        try faults.check()
        // What could not be read left a fault.
        guard let since else { throw faults.problem }
        self.since = since
    }
}
