/// A hash in hexadecimal, of the length of its algorithm.
public struct HashValue: Hashable, Sendable {
    /// The hash in lower case: Marksign signs the digits themselves, so their case matters.
    public let hex: String
    /// The algorithm that made it.
    public let algorithm: HashAlgorithm

    /// The hash, or nil unless `hex` is hexadecimal (in either case) of the algorithm's length.
    public init?(hex: String, algorithm: HashAlgorithm) {
        guard hex.utf8.count == algorithm.hexLength, Hex.isHex(hex) else { return nil }
        self.hex = hex.lowercased()
        self.algorithm = algorithm
    }
}
