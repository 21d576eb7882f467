import StrictJSON

/// A signed document as Marksign delivered it.
public struct SignedDocument: Equatable, Sendable {
    /// Marksign's identifier of the signature, if it gave one.
    public let signatureID: String?
    /// The file's name as sent; `signed.pdf`, `signed.asice` or `signed` when none was.
    public let name: String
    /// The file itself.
    public let content: [UInt8]
    /// The media type, by the first bytes of the content.
    public let mediaType: String
    /// The digest as sent; nil when none was, or none that a known algorithm makes.
    public let digest: String?
    /// The algorithm of ``digest``, by its length.
    public let digestAlgorithm: DigestAlgorithm?
    /// Whether ``digest`` is that of the content; false also without a digest.
    public let digestVerified: Bool
    /// SHA-256 of the content, computed here, in lower-case hexadecimal.
    public let sha256: String
    /// Who signed, as far as Marksign says.
    public let person: SignerName?
    /// The sanctions found, the JSON array or object exactly as sent.
    public let sanctionsData: [UInt8]?
    /// The politically exposed persons found, the JSON array or object exactly as sent.
    public let pepsData: [UInt8]?

    /// A document of this content; type and digests are worked out from it.
    ///
    /// - Parameters:
    ///   - content: The file itself.
    ///   - name: Its name, if one was sent.
    ///   - digest: Its digest in hexadecimal, if one was sent.
    ///   - signatureID: Marksign's identifier of the signature.
    ///   - person: Who signed.
    ///   - sanctionsData: The sanctions found, as JSON.
    ///   - pepsData: The politically exposed persons found, as JSON.
    public init(
        content: [UInt8], name: String?, digest: String?, signatureID: String? = nil, person: SignerName? = nil,
        sanctionsData: [UInt8]? = nil, pepsData: [UInt8]? = nil
    ) {
        let type = FileType(of: content)
        let algorithm = digest.flatMap(DigestAlgorithm.init(hexDigest:))
        let sha256 = DigestAlgorithm.sha256.hex(of: content)
        let computed = algorithm == .sha256 ? sha256 : algorithm?.hex(of: content)
        self.content = content
        self.name = name.flatMap { $0.isEmpty ? nil : $0 } ?? type.defaultName
        self.mediaType = type.mediaType
        self.sha256 = sha256
        self.digest = algorithm == nil ? nil : digest
        self.digestAlgorithm = algorithm
        self.digestVerified = computed != nil && computed == digest?.lowercased()
        self.signatureID = signatureID
        self.person = person
        self.sanctionsData = sanctionsData
        self.pepsData = pepsData
    }

    /// Reads the answer of a completed session; only a missing or unreadable content makes it invalid.
    init(reply: JSON) throws(InvalidResult) {
        guard let file = reply["file"], let base64 = file["content"], base64.kind == .string else { throw .fileMissing }
        guard let content = Base64.decode(base64) else { throw .fileUnreadable }
        guard !content.isEmpty else { throw .fileMissing }
        self.init(
            content: content, name: file["name"]?.string, digest: file["digest"]?.string,
            signatureID: reply["signature_id"]?.string, person: reply["person"].flatMap(SignerName.init(reply:)),
            sanctionsData: Self.raw(reply["sanctions_data"]), pepsData: Self.raw(reply["peps_data"]))
    }

    /// A copy: the slice would keep the whole reply alive.
    private static func raw(_ json: JSON?) -> [UInt8]? {
        guard let json, json.kind == .array || json.kind == .object else { return nil }
        return Array(json.raw)
    }
}
