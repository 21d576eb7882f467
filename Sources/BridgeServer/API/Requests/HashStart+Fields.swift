import Marksign

extension HashStart {
    /// Reads the fields of a hash signing.
    init?(_ fields: FieldReader, _ faults: inout FieldFaults) {
        fields.require("hash", &faults)
        fields.require("hash_algorithm", &faults)
        let message = fields.string(
            "message", "must be 1 to 200 printable ASCII characters", &faults, where: SigningKind.hash.allows)
        let algorithm = fields.choice("hash_algorithm", from: HashAlgorithm.allCases, &faults)
        guard let hex = fields.string("hash", &faults), let algorithm else { return nil }
        guard let hash = HashValue(hex: hex, algorithm: algorithm) else {
            faults.add(fields.path("hash"), "must be \(algorithm.hexLength) hexadecimal digits")
            return nil
        }
        self.init(hash: hash, message: message)
    }
}
