import BridgeCore
import Marksign
import StrictJSON

extension Session {
    /// Writes the session as the API shows it; what is not there is `null`.
    func writeMembers(to writer: inout JSONObjectWriter, publicURL: String?) {
        writer.member("id", id.rawValue)
        writer.member("kind", kind.rawValue)
        writer.member("method", method.rawValue)
        writer.member("status", status.rawValue)
        writer.member("token", token?.rawValue)
        writer.member("control_code", controlCode)
        writer.member("created_at", createdAt.description)
        writer.member("expires_at", expiresAt.description)
        writer.member("ended_at", endedAt?.description)
        switch result {
        case nil: writer.null("result")
        case .hash(let signatureValue):
            writer.object("result") { $0.member("signature_value", signatureValue) }
        case .document(let document):
            writer.object("result") { writer in
                document.writeMembers(
                    to: &writer, url: document.fileAvailable ? SignedFile.url(of: id, publicURL: publicURL) : nil)
            }
        }
        if let error { writer.object("error") { error.writeMembers(to: &$0) } } else { writer.null("error") }
        writer.object("metadata") { metadata.writeMembers(to: &$0) }
    }

    /// The session as a JSON text.
    func json(publicURL: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writeMembers(to: &$0, publicURL: publicURL) }
        return writer.bytes
    }
}

extension SignedDocumentRecord {
    fileprivate func writeMembers(to writer: inout JSONObjectWriter, url: String?) {
        writer.member("signature_id", personal?.signatureID)
        writer.object("file") { file.writeMembers(to: &$0, url: url) }
        if let personal {
            writer.object("person") { writer in
                writer.member("name", personal.name)
                writer.member("surname", personal.surname)
            }
        } else {
            writer.null("person")
        }
        writer.member("sanctions_data", raw: personal?.sanctionsData)
        writer.member("peps_data", raw: personal?.pepsData)
    }
}
