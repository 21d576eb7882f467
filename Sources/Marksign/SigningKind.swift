/// What is signed.
public enum SigningKind: String, Hashable, Sendable, CaseIterable {
    /// A document, given whole; the signed file comes back.
    case document
    /// A hash; its signature value comes back.
    case hash

    /// The countries whose signers Marksign takes for it.
    public var countries: [Country] {
        switch self {
        case .document: [.lithuania, .latvia, .estonia]
        case .hash: [.lithuania, .estonia]
        }
    }

    /// Whether a message to the signer is acceptable: 1 to 200 Unicode scalars, for a hash printable ASCII only.
    public func allows(message: String) -> Bool {
        guard (1...200).contains(message.unicodeScalars.count) else { return false }
        return self == .document || message.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
