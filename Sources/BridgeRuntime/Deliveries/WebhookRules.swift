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
        guard let target = try? RequestTarget(url: url) else { return "is not a URL that can be used" }
        guard !url.contains("\\") else { return "must not contain a backslash" }
        guard !url.contains("#") else { return "must not have a fragment" }
        guard !target.hasUserInfo, !authority(of: url).contains("@") else {
            return "must not carry a user name or password"
        }
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

    /// Whether the DNS can have such a name (RFC 1035 section 2.3.4). Underscores are no part of host names, but in use.
    private static func isHostName(_ host: String) -> Bool {
        // A dot at the end stands for the root.
        let name = host.utf8.last == UInt8(ascii: ".") ? host.utf8.dropLast() : host.utf8[...]
        guard name.count <= 253 else { return false }
        return name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            let hyphen = UInt8(ascii: "-")
            return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { $0 == hyphen || $0 == UInt8(ascii: "_") || isLetterOrDigit($0) }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private func authority(of url: String) -> Substring {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? parts[2].prefix { !"?#".contains($0) } : url[...]
    }
}
