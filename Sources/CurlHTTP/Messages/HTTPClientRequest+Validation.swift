extension HTTPClientRequest {
    /// Refuses what would change the framing of the request, or what libcurl would take for something else.
    func validate() throws(HTTPClientError) {
        guard Self.isToken(method), method != "CONNECT" else { throw .invalidRequest("the method is not allowed") }
        guard method != "HEAD" || body.isEmpty else { throw .invalidRequest("a HEAD request has no body") }
        for (name, value) in headers {
            guard Self.isToken(name) else { throw .invalidRequest("a header name is not a token") }
            guard !Self.isFraming(name) else { throw .invalidRequest("header \(name) is the client's own") }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw .invalidRequest("header \(name) has a control character")
            }
        }
        if let path = unixSocketPath {
            // sun_path holds 108 bytes, its terminator included.
            guard (1...107).contains(path.utf8.count), !path.utf8.contains(0) else {
                throw .invalidRequest("the UNIX socket path is not usable")
            }
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
                    UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }

    private static func isFraming(_ name: String) -> Bool {
        ["content-length", "transfer-encoding", "connection", "expect", "upgrade"].contains { equalNames(name, $0) }
    }
}

/// Whether two header names are the same; ASCII case does not count.
func equalNames(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
    left.utf8.count == right.utf8.count
        && zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
