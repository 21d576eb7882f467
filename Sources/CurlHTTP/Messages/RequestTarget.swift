import CCurl

/// Where a URL points, read by the parser that libcurl itself uses, so that what is checked is what is connected to.
public struct RequestTarget: Sendable {
    /// The host as it is looked up: in ASCII, numeric IPv4 spellings made plain, IPv6 without brackets.
    public let host: String

    /// The port, the default of the scheme included.
    public let port: UInt16

    /// The address, when the host is one.
    public let literal: RemoteAddress?

    /// Whether the URL names a user, which libcurl then remembers on the handle.
    public let hasUserInfo: Bool

    /// Whether the scheme is `https`.
    public let isEncrypted: Bool

    /// Reads a URL; throws `.invalidRequest` when it is neither http nor https, or has no usable host and port.
    public init(url: String) throws(HTTPClientError) {
        guard !url.utf8.contains(0), let handle = curl_url() else { throw .invalidRequest("the URL is not usable") }
        defer { curl_url_cleanup(handle) }
        let code = curl_url_set(handle, CURLUPART_URL, url, 0)
        guard code == CURLUE_OK else {
            throw .invalidRequest("the URL is not usable: \(String(cString: curl_url_strerror(code)))")
        }
        // The parser knows every protocol of libcurl; its spelling is lower case here.
        guard let scheme = Self.part(CURLUPART_SCHEME, of: handle), scheme == "http" || scheme == "https" else {
            throw .invalidRequest("the URL is neither http nor https")
        }
        guard let host = Self.part(CURLUPART_HOST, of: handle, UInt32(CURLU_PUNYCODE)), !host.isEmpty,
            let port = Self.part(CURLUPART_PORT, of: handle, UInt32(CURLU_DEFAULT_PORT)).flatMap({ UInt16($0) }),
            port != 0
        else { throw .invalidRequest("the URL has no usable host and port") }
        isEncrypted = scheme == "https"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        literal = RemoteAddress(self.host, port: port)
        hasUserInfo = Self.part(CURLUPART_USER, of: handle) != nil || Self.part(CURLUPART_PASSWORD, of: handle) != nil
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
