import StrictJSON

/// Builds the requests of Marksign's API.
public struct MarksignAPI: Hashable, Sendable {
    /// The language of Marksign's messages.
    public let locale: MarksignLocale

    /// Requests whose answers come in the language of `locale`.
    public init(locale: MarksignLocale) {
        self.locale = locale
    }

    /// Starts the signing of a document. The content is copied once, into the body.
    public func start(
        _ start: DocumentStart, by signer: Signer, method: SigningMethod, accessToken: AccessToken
    ) -> MarksignRequest {
        let contents = start.files.reduce(0) { $0 + $1.content.count }
        return post("\(root(of: method))/sign.json", accessToken, capacity: contents) { body in
            body.member("type", start.type.rawValue)
            Self.write(signer, to: &body)
            start.write(to: &body)
        }
    }

    /// Starts the signing of a hash.
    public func start(
        _ start: HashStart, by signer: Signer, method: SigningMethod, accessToken: AccessToken
    ) -> MarksignRequest {
        post("\(root(of: method))/sign/hash.json", accessToken) { body in
            body.member("hash", start.hash.hex)
            body.member("hash_algorithm", start.hash.algorithm.rawValue)
            Self.write(signer, to: &body)
            if let message = start.message { body.member("message", message) }
        }
    }

    /// Asks how a session stands.
    public func status(
        of token: SessionToken, kind: SigningKind, method: SigningMethod, accessToken: AccessToken
    ) -> MarksignRequest {
        let operation =
            switch kind {
            case .document: "sign/status"
            case .hash: "sign/hash/status"
            }
        return post("\(root(of: method))/\(operation)/\(token.rawValue).json", accessToken) { _ in }
    }

    /// Removes a session: nobody can sign in it any more.
    public func remove(_ token: SessionToken, method: SigningMethod, accessToken: AccessToken) -> MarksignRequest {
        let path = "/api\(root(of: method))/session/\(token.rawValue)"
        return request("DELETE", path, accessToken, capacity: 0) { _ in }
    }

    /// Where the operations of a method lie.
    private func root(of method: SigningMethod) -> String {
        switch method {
        case .smartID: "/smartid"
        }
    }

    private static func write(_ signer: Signer, to body: inout JSONObjectWriter) {
        body.member("country", signer.country.rawValue)
        body.member("code", signer.personalCode.rawValue)
    }

    private func post(
        _ path: String, _ accessToken: AccessToken, capacity: Int = 0, _ members: (inout JSONObjectWriter) -> Void
    ) -> MarksignRequest {
        request("POST", path, accessToken, capacity: capacity, members)
    }

    private func request(
        _ method: String, _ path: String, _ accessToken: AccessToken, capacity: Int,
        _ members: (inout JSONObjectWriter) -> Void
    ) -> MarksignRequest {
        // Room for the other members, so that a large content is not copied again while the body grows.
        var writer = JSONWriter(capacity: capacity + 4096)
        writer.object { body in
            body.member("access_token", accessToken.rawValue)
            members(&body)
        }
        return MarksignRequest(method: method, path: locale.pathPrefix + path, body: writer.bytes)
    }
}
