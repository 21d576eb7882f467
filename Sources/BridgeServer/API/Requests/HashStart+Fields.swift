import Marksign

extension HashStart {
    /// Reads the fields of a hash signing.
    init?(_ fields: FieldReader, _ faults: inout FieldFaults) {
        fields.require("hash", &faults)
        fields.require("hash_algorithm", &faults)
        let message = fields.string(
            "message", atMost: 200, "must be 1 to 200 printable ASCII characters, not only blanks", &faults
        ) { SigningKind.hash.allows(message: $0) && ShownText.allows($0) }
        let algorithm = fields.choice("hash_algorithm", from: HashAlgorithm.allCases, &faults)
        guard let hex = fields.string("hash", atMost: 128, &faults), let algorithm else { return nil }
        guard let hash = HashValue(hex: hex, algorithm: algorithm) else {
            faults.add(fields.path("hash"), "must be \(algorithm.hexLength) hexadecimal digits")
            return nil
        }
        self.init(hash: hash, message: message)
    }
}
