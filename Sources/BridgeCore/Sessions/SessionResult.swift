/// What a completed session gave.
public enum SessionResult: Sendable, Equatable {
    /// Of a document signing.
    case document(SignedDocumentRecord)
    /// Of a hash signing: the signature value as Marksign sent it.
    case hash(signatureValue: String)
}

/// What is kept of a signed document besides the file's bytes.
public struct SignedDocumentRecord: Sendable, Equatable {
    /// The file.
    public let file: SignedFile
    /// Whether the file can still be had: not after retention or erasure.
    public let fileAvailable: Bool
    /// What tells of the signer; `nil` after erasure.
    public let personal: PersonalData?

    /// A record.
    public init(file: SignedFile, fileAvailable: Bool, personal: PersonalData?) {
        self.file = file
        self.fileAvailable = fileAvailable
        self.personal = personal
    }
}

/// A signed file, told without its bytes.
public struct SignedFile: Sendable, Equatable {
    /// As Marksign named it.
    public let name: String
    /// Bytes.
    public let size: Int
    /// As Marksign sent it: hexadecimal. `nil` when it sent none.
    public let digest: String?
    /// By the digest's length: `SHA-1`, `SHA-256`, `SHA-384`, `SHA-512`; `nil` for any other.
    public let digestAlgorithm: String?
    /// Whether the digest is that of the bytes.
    public let digestVerified: Bool
    /// The bridge's own SHA-256 of the bytes, hexadecimal.
    public let sha256: String
    /// The media type of the bytes.
    public let mediaType: String

    /// A file's description.
    public init(
        name: String, size: Int, digest: String?, digestAlgorithm: String?, digestVerified: Bool, sha256: String,
        mediaType: String
    ) {
        self.name = name
        self.size = size
        self.digest = digest
        self.digestAlgorithm = digestAlgorithm
        self.digestVerified = digestVerified
        self.sha256 = sha256
        self.mediaType = mediaType
    }
}

/// What tells of the signer. It is stored in a row of its own, so that it can be erased alone.
public struct PersonalData: Sendable, Equatable {
    /// Marksign's id of the signature.
    public let signatureID: String?
    /// The signer's given name.
    public let name: String?
    /// The signer's surname.
    public let surname: String?
    /// The raw JSON that Marksign sent.
    public let sanctionsData: [UInt8]?
    /// The raw JSON that Marksign sent.
    public let pepsData: [UInt8]?

    /// What tells of a signer.
    public init(
        signatureID: String?, name: String?, surname: String?, sanctionsData: [UInt8]?, pepsData: [UInt8]?
    ) {
        self.signatureID = signatureID
        self.name = name
        self.surname = surname
        self.sanctionsData = sanctionsData
        self.pepsData = pepsData
    }
}
