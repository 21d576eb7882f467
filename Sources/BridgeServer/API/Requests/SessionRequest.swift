import BridgeCore
import BridgeRuntime
import Marksign
import StrictJSON

/// What `POST /v1/sessions` asks for. Whatever Marksign would refuse by its form is refused here.
enum SessionRequest {
    /// Start a signing.
    case start(method: SigningMethod, signer: Signer, payload: StartPayload, metadata: Metadata)
    /// Watch a session that was started elsewhere.
    case watch(token: SessionToken, kind: SigningKind, method: SigningMethod, metadata: Metadata)

    /// - Parameter maximumFileBytes: The most bytes of the document, decoded.
    /// - Throws: ``Problem`` with every fault that was found.
    init(_ json: JSON, maximumFileBytes: Int) throws(Problem) {
        var faults = FieldFaults()
        let request = Self.read(json, maximumFileBytes: maximumFileBytes, &faults)
        try faults.check()
        // What could not be read left a fault.
        guard let request else { throw faults.problem }
        self = request
    }

    private static func read(
        _ json: JSON, maximumFileBytes: Int, _ faults: inout FieldFaults
    ) -> SessionRequest? {
        let kind = json["kind"]?.text(atMost: FieldReader.maximumNameLength).flatMap(SigningKind.init(rawValue:))
        let isWatch = json["token"] != nil
        guard let fields = FieldReader(json, known: names(kind, isWatch: isWatch), &faults) else { return nil }
        fields.require("kind", &faults)
        fields.require("method", &faults)
        _ = fields.choice("kind", from: SigningKind.allCases, &faults)
        let method = fields.choice("method", from: SigningMethod.allCases, &faults)
        let metadata = Metadata(fields, &faults)
        if isWatch {
            let token = fields.read("token", "must be 8 to 128 letters, digits, - or _", &faults) { json in
                json.text(atMost: 128).flatMap { SessionToken($0) }
            }
            guard let token, let kind, let method else { return nil }
            return .watch(token: token, kind: kind, method: method, metadata: metadata)
        }
        guard let kind else { return nil }
        let signer = Signer(fields, kind: kind, &faults)
        let payload: StartPayload? =
            switch kind {
            case .document:
                DocumentStart(fields, maximumFileBytes: maximumFileBytes, &faults).map { .document($0) }
            case .hash: HashStart(fields, &faults).map { .hash($0) }
            }
        guard let method, let signer, let payload else { return nil }
        return .start(method: method, signer: signer, payload: payload, metadata: metadata)
    }

    /// The fields of each form. Those of a kind that is not known are not told from unknown ones.
    private static func names(_ kind: SigningKind?, isWatch: Bool) -> [String] {
        let common = ["kind", "method", "metadata"]
        if isWatch { return common + ["token"] }
        let document = ["signer", "message", "certificate_level", "document", "checks"]
        let hash = ["signer", "message", "hash", "hash_algorithm"]
        return switch kind {
        case .document: common + document
        case .hash: common + hash
        case nil: common + document + hash
        }
    }
}
