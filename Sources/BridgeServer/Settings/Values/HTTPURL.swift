import BridgeCore

/// An absolute `http` or `https` URL that other paths are put behind: a host, maybe a port and a path, nothing else.
///
/// Only plain characters are let through, so that no two readers of it can disagree about where it leads.
public struct HTTPURL: Sendable, Equatable, CustomStringConvertible {
    /// Whether it is `https`.
    public let isSecure: Bool
    /// The host in lower case; an IPv6 address stands in brackets.
    public let host: String
    /// The port, when it is written.
    public let port: Int?
    /// The path without a slash at its end; often empty.
    public let path: String

    /// Reads a URL; `nil` when it is not one, or has a user, a query or a fragment.
    public init?(_ text: String) {
        let lowercased = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }

        let hostText: Substring
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            hostText = authority[...end]
            guard let address = IPAddress(hostText.dropFirst().dropLast()), address.bytes.count == 16 else {
                return nil
            }
        } else {
            hostText = authority.prefix { $0 != ":" }
            guard Self.isHostName(hostText) else { return nil }
        }
        let portText = authority.dropFirst(hostText.count)
        if portText.isEmpty {
            port = nil
        } else {
            guard portText.first == ":", let value = ValueForm.integer(1...65_535).parse(String(portText.dropFirst()))
            else { return nil }
            port = value
        }
        guard path.utf8.allSatisfy(Self.isPathCharacter) else { return nil }
        isSecure = scheme == "https://"
        host = hostText.lowercased()
        self.path = String(path)
    }

    /// Whether its host is this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
    public var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        return IPAddress(host) != nil && host.hasPrefix("127.")
    }

    /// The URL, without a slash at its end.
    public var description: String {
        "\(isSecure ? "https" : "http")://\(host)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    private static func isHostName(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || "/-._~".utf8.contains(byte)
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
    }
}
