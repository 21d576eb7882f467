import Crypto
import FoundationEssentials
import StrictJSON

/// What a start of a document signing asks for.
struct DocumentStart {
    let account: TestSigner
    let request: DocumentRequest
    /// The digest that the signer is asked to sign.
    let digest: [UInt8]

    init(_ parameters: Parameters) throws(Refusal) {
        guard let type = (try parameters.string("type")).flatMap(DocumentType.init) else { throw .invalidType }
        guard let country = (try parameters.string("country")).flatMap(Country.init) else { throw .invalidCountryCode }
        var request = DocumentRequest(type: type, files: try Self.files(type, parameters))
        request.position = try parameters.choice("signature_position") ?? .auto
        request.page = try parameters.choice("signature_page") ?? .last
        let _: CertificateLevel? = try parameters.choice("certificate_level")
        _ = try parameters.string("message")
        let (asksSanctions, asksPEPs) = (try parameters.flag("sanctions"), try parameters.flag("peps"))
        let signer = try parameters.signer(in: country)
        request.isOnSanctionsList = asksSanctions && signer.personalCode == TestSigner.listed
        request.isOnPEPsList = asksPEPs && signer.personalCode == TestSigner.listed
        account = signer.account
        var hash = SHA256()
        for file in request.files { hash.update(data: file.content) }
        digest = Array(hash.finalize())
        self.request = request
    }

    /// Exactly one of `pdf`, `adoc`, `bdoc` and `asice` comes along, the one that `type` names.
    private static func files(
        _ type: DocumentType, _ parameters: Parameters
    ) throws(Refusal) -> [(name: String, content: [UInt8])] {
        for other in DocumentType.allCases where other != type && parameters.member(other.rawValue) != nil {
            throw .invalidParameter(other.rawValue)
        }
        guard let elements = parameters.member(type.rawValue)?["files"]?.elements, !elements.isEmpty,
            elements.count == 1 || type != .pdf
        else { throw .invalidParameter(type.rawValue) }
        var files: [(name: String, content: [UInt8])] = []
        for element in elements {
            guard let name = element["name"]?.string, !name.isEmpty, name.utf8.count <= 1024,
                !files.contains(where: { $0.name == name })
            else { throw .invalidParameter("name") }
            guard let text = element["content"]?.stringBytes, let content = Data(base64Encoded: Data(text)),
                !content.isEmpty, type != .pdf || content.starts(with: "%PDF-".utf8)
            else { throw .invalidParameter("content") }
            if let digest = element["digest"], !digest.isNull, digest.string.map({ isDigest($0, of: content) }) != true
            {
                throw .invalidParameter("digest")
            }
            files.append((name, Array(content)))
        }
        return files
    }

    /// Which algorithm a digest is of, its length tells.
    private static func isDigest(_ digest: String, of content: Data) -> Bool {
        let expected =
            switch digest.utf8.count {
            case 40: hexadecimal(Insecure.SHA1.hash(data: content))
            case 96: hexadecimal(SHA384.hash(data: content))
            case 128: hexadecimal(SHA512.hash(data: content))
            default: hexadecimal(SHA256.hash(data: content))
            }
        return digest.lowercased() == expected
    }
}
