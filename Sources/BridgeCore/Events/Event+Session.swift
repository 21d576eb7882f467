import Marksign
import StrictJSON

extension Event {
    /// The event of a session's outcome. Its body holds no personal data and no file content.
    ///
    /// - Parameters:
    ///   - session: The session as it was when open.
    ///   - file: The signed file, when a document was signed.
    ///   - publicURL: Prefix of links, without a slash at its end; links are paths without it.
    public static func ended(
        _ session: Session, _ outcome: Outcome, file: SignedFile?, at time: Timestamp, id: EventID, publicURL: String?
    ) -> Event {
        let type = EventType(outcome)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", type.rawValue)
            writer.member("timestamp", time.description)
            writer.object("data") { writer in
                writer.member("session_id", session.id.rawValue)
                writer.member("kind", session.kind.rawValue)
                writer.member("method", session.method.rawValue)
                writer.member("status", outcome.status.rawValue)
                writer.member("token", session.token?.rawValue)
                if let file {
                    writer.object("file") { writer in
                        file.writeMembers(
                            to: &writer, url: SignedFile.url(of: session.id, publicURL: publicURL))
                    }
                }
                if case .completed(.hash(let signature)) = outcome {
                    writer.member("signature_value", signature.rawValue)
                }
                if let error = outcome.error {
                    writer.object("error") { error.writeMembers(to: &$0) }
                }
                writer.object("metadata") { session.metadata.writeMembers(to: &$0) }
            }
        }
        return Event(
            id: id, clientID: session.clientID, sessionID: session.id, type: type, createdAt: time,
            body: writer.bytes)
    }

    /// The event that tries an endpoint.
    public static func test(of endpoint: EndpointID, client: ClientID, at time: Timestamp, id: EventID) -> Event {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", EventType.endpointTest.rawValue)
            writer.member("timestamp", time.description)
            writer.object("data") { $0.member("endpoint_id", endpoint.rawValue) }
        }
        return Event(
            id: id, clientID: client, sessionID: nil, type: .endpointTest, createdAt: time, body: writer.bytes)
    }
}

extension SignedFile {
    /// Where a session's file is had: a path, or a whole URL when the public prefix is known.
    public static func url(of session: SessionID, publicURL: String?) -> String {
        "\(publicURL ?? "")/v1/sessions/\(session.rawValue)/file"
    }

    /// Writes the members of `file`, as in a webhook and in a session's result.
    public func writeMembers(to writer: inout JSONObjectWriter, url: String?) {
        writer.member("name", name)
        writer.member("size", size)
        writer.member("digest", digest)
        writer.member("digest_algorithm", digestAlgorithm)
        writer.member("digest_verified", digestVerified)
        writer.member("sha256", sha256)
        writer.member("url", url)
    }
}

extension SessionError {
    /// Writes the members of `error`, as in a webhook and in a session.
    public func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("code", code.rawValue)
        writer.member("message", message)
        writer.member("upstream_code", upstreamCode)
    }
}
