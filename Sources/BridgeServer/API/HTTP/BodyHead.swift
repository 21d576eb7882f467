import HTTPTypes

/// What the headers say about a request's body. Everything that can be refused is refused before a byte is read.
struct BodyHead: Sendable {
    /// Whether there is a body.
    let isPresent: Bool
    /// Its size in bytes; `nil` when it is chunked.
    let length: Int?
    /// Whether the client waits for `100 Continue` before it sends the body.
    let awaitsContinue: Bool

    /// - Throws: ``Problem`` 400, 413, 415 or 417.
    init(_ headers: HTTPFields, policy: BodyPolicy) throws(Problem) {
        let isChunked = headers[.transferEncoding] != nil
        length = isChunked ? nil : try Self.length(headers[.contentLength])
        isPresent = isChunked || (length ?? 0) > 0
        let expectation = headers[.expect]
        awaitsContinue = expectation?.lowercased() == "100-continue"
        if expectation != nil, !awaitsContinue { throw Problem(.expectationFailed) }
        if case .ignored = policy { return }
        guard isPresent else { return }
        if let coding = headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Problem(.unsupportedMediaType, "The body must not be compressed.")
        }
        guard let type = headers[.contentType], Self.isJSON(type) else {
            throw Problem(.unsupportedMediaType, "The body must be application/json in UTF-8.")
        }
        if let length, length > policy.limit { throw Problem.tooLarge(limit: policy.limit) }
    }

    private static func length(_ value: String?) throws(Problem) -> Int {
        guard let value else { return 0 }
        guard value.utf8.allSatisfy({ (48...57).contains($0) }), !value.isEmpty else {
            throw Problem(.invalidHeader, "Content-Length is not a number.")
        }
        return Int(value) ?? .max
    }

    /// `application/json`, with no parameter but `charset=utf-8`.
    private static func isJSON(_ value: String) -> Bool {
        let parts = value.lowercased().split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " && $0 != "\t" } }
        guard parts.first == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { ["charset=utf-8", #"charset="utf-8""#].contains($0) }
    }
}

extension Problem {
    /// A body of more bytes than the route reads.
    static func tooLarge(limit: Int) -> Problem {
        Problem(.payloadTooLarge, "The body may have at most \(limit) bytes.")
    }
}
