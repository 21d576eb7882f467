import BridgeCore
import CurlHTTP

/// Where webhooks may go: one rule, asked when an endpoint is registered and again at every attempt.
public struct WebhookRules: Sendable {
    /// Whether plain `http` may be used.
    public let allowHTTP: Bool
    /// Which addresses may be connected to.
    public let addresses: AddressPolicy

    /// A rule.
    public init(allowHTTP: Bool, addresses: AddressPolicy) {
        self.allowHTTP = allowHTTP
        self.addresses = addresses
    }

    /// The longest URL, in bytes.
    public static let maximumURLLength = 2048

    /// What is wrong with a URL, as a sentence; `nil` when nothing is. A name is not looked up: its addresses are
    /// checked when they are connected to.
    public func fault(of url: String) -> String? {
        guard url.utf8.count <= Self.maximumURLLength else { return "is longer than \(Self.maximumURLLength) bytes" }
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return "must be ASCII without spaces or control characters"
        }
        guard !url.contains("\\") else { return "must not contain a backslash" }
        guard !url.contains("#") else { return "must not have a fragment" }
        guard let authority = Self.authority(of: url), let target = try? RequestTarget(url: url) else {
            return "is not a URL that can be used"
        }
        guard !authority.contains("@") else { return "must not carry a user name or password" }
        guard !authority.contains("%") else { return "must have a plain host, without percent signs" }
        guard target.isEncrypted || allowHTTP else { return "must use https (or set webhooks.allowHttp)" }
        if let literal = target.literal, !allows(literal) {
            return "points to an address that is not allowed (see webhooks.allowedNetworks)"
        }
        guard target.literal != nil || Self.isHostName(target.host) else { return "has no host name that can exist" }
        return nil
    }

    /// Whether a concrete address may be connected to.
    public func allows(_ address: RemoteAddress) -> Bool {
        guard let ip = IPAddress(bytes: address.bytes) else { return false }
        return addresses.allows(ip, port: address.port)
    }

    /// Whether the DNS can have such a name (RFC 1035 section 2.3.4). Underscores are no part of host names, but in
    /// use. A name that ends in a number is none: it is some spelling of an address, which a lookup might understand.
    private static func isHostName(_ host: String) -> Bool {
        // A dot at the end stands for the root.
        let name = host.utf8.last == UInt8(ascii: ".") ? host.utf8.dropLast() : host.utf8[...]
        guard name.count <= 253 else { return false }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let hyphen = UInt8(ascii: "-")
        return !isNumber(labels[labels.count - 1])
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { $0 == hyphen || $0 == UInt8(ascii: "_") || isLetterOrDigit($0) }
            }
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        guard let text = String(label)?.lowercased() else { return false }
        return text.allSatisfy(\.isNumber) || text.hasPrefix("0x") && text.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// What stands between `scheme://` and the path; `nil` when that is not how the URL begins.
    private static func authority(of url: String) -> Substring? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let authority = url[mark.upperBound...].prefix { !"/?".contains($0) }
        return authority.isEmpty || !url[..<mark.lowerBound].utf8.allSatisfy(isLetterOrDigit) ? nil : authority
    }
}
