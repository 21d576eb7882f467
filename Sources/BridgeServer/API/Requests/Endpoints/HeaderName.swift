/// Which header fields a client may add to its webhooks.
enum HeaderName {
    /// The most characters of a name.
    static let maximumLength = 64

    /// Whether the text can be a field's name (RFC 9110 section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        (1...maximumLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Whether the field is the bridge's own, HTTP's own, or tells what only a proxy knows.
    static func isReserved(_ name: String) -> Bool {
        // CGI and its successors cannot tell the two apart.
        let name = name.lowercased().replacing("_", with: "-")
        return reserved.contains(name) || reservedPrefixes.contains { name.hasPrefix($0) }
    }

    /// Whether the field's value is a secret in any case.
    static func isAlwaysSecret(_ name: String) -> Bool {
        ["authorization", "cookie"].contains(name.lowercased())
    }

    private static let reserved: Set = [
        "host", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade", "http2-settings", "expect",
        "user-agent", "accept-encoding", "date", "via", "forwarded", "max-forwards",
    ]
    private static let reservedPrefixes = ["webhook-", "content-", "proxy-", "x-forwarded-"]
}
