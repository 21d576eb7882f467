import StrictJSON

/// What starts the signing of a document.
public struct DocumentStart: Equatable, Sendable {
    /// The container that is signed and comes back.
    public var type: DocumentType
    /// The files, at least one.
    public var files: [DocumentFile]
    /// What the signer's phone shows.
    public var message: String?
    /// Where on the page a visible signature stands; none is visible without it.
    public var signaturePosition: SignaturePosition?
    /// The page that it stands on; the last one without it.
    public var signaturePage: SignaturePage?
    /// The level that the signer's certificate must have; QSCD without it.
    public var certificateLevel: CertificateLevel?
    /// Whether the signer is looked up among politically exposed persons.
    public var checksPEPs: Bool
    /// Whether the signer is looked up in the sanctions lists.
    public var checksSanctions: Bool

    /// A start; what is left out takes Marksign's default.
    public init(
        type: DocumentType, files: [DocumentFile], message: String? = nil, signaturePosition: SignaturePosition? = nil,
        signaturePage: SignaturePage? = nil, certificateLevel: CertificateLevel? = nil, checksPEPs: Bool = false,
        checksSanctions: Bool = false
    ) {
        self.type = type
        self.files = files
        self.message = message
        self.signaturePosition = signaturePosition
        self.signaturePage = signaturePage
        self.certificateLevel = certificateLevel
        self.checksPEPs = checksPEPs
        self.checksSanctions = checksSanctions
    }

    func write(to body: inout JSONObjectWriter) {
        if let message { body.member("message", message) }
        if let signaturePosition { body.member("signature_position", signaturePosition.rawValue) }
        if let signaturePage { body.member("signature_page", signaturePage.rawValue) }
        if let certificateLevel { body.member("certificate_level", certificateLevel.rawValue) }
        body.member("peps", checksPEPs)
        body.member("sanctions", checksSanctions)
        body.object(type.rawValue) { container in
            container.array("files") { list in
                for file in files { list.object { file.write(to: &$0) } }
            }
        }
    }
}
