/// Why the engine itself ends a transfer.
extension HTTPClientError {
    static let shutdown = HTTPClientError(kind: .shutdown, message: "the client is shut down")
    static let cancelled = HTTPClientError(kind: .cancelled, message: "the request was cancelled")
    static let waitedTooLong = HTTPClientError(kind: .timeout, message: "the timeout passed before the request began")
    static let noAddressAllowed = HTTPClientError(kind: .blockedAddress, message: "no address of the host is allowed")
}
