import BridgeCore
import BridgeRuntime
import CurlHTTP
import Testing

/// Every range that is closed, at both of its ends and just beyond them.
@Suite("The ends of the closed address ranges")
struct AddressRangeTests {
    private let rules = WebhookRules(allowHTTP: true, addresses: AddressPolicy(allowed: []))

    @Test(
        "a range is closed from its first address to its last",
        arguments: [
            ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"), ("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"), ("192.0.2.0", "192.0.2.255"), ("192.31.196.0", "192.31.196.255"),
            ("192.52.193.0", "192.52.193.255"), ("192.88.99.0", "192.88.99.255"), ("192.168.0.0", "192.168.255.255"),
            ("192.175.48.0", "192.175.48.255"), ("198.18.0.0", "198.19.255.255"), ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"), ("224.0.0.0", "239.255.255.255"), ("240.0.0.0", "255.255.255.255"),
            ("[::]", "[::ffff:ffff]"),
            ("[::ffff:0:0:0]", "[::ffff:0:ffff:ffff]"),
            ("[64:ff9b::]", "[64:ff9b::ffff:ffff]"),
            ("[64:ff9b:1::]", "[64:ff9b:1:ffff:ffff:ffff:ffff:ffff]"),
            ("[100::]", "[100::ffff:ffff:ffff:ffff]"),
            ("[100:0:0:1::]", "[100:0:0:1:ffff:ffff:ffff:ffff]"),
            ("[200::]", "[1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[2001::]", "[2001:0:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[2001:1::]", "[2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[2001:db8::]", "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[2002::]", "[2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[2620:4f:8000::]", "[2620:4f:8000:ffff:ffff:ffff:ffff:ffff]"),
            ("[3fff::]", "[3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[4000::]", "[7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[5f00::]", "[5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[8000::]", "[fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[fc00::]", "[fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[fe80::]", "[febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[fec0::]", "[feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
            ("[ff00::]", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
        ])
    func closed(_ first: String, _ last: String) throws {
        try expect(first, isAllowed: false)
        try expect(last, isAllowed: false)
    }

    @Test(
        "the addresses beside a range are open",
        arguments: [
            "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
            "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0",
            "192.0.1.255", "192.0.3.0", "192.31.195.255", "192.31.197.0", "192.52.192.255", "192.52.194.0",
            "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "192.175.47.255", "192.175.49.0",
            "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
            "223.255.255.255", "168.63.129.15", "168.63.129.17", "100.63.100.200",
            "[2000::]", "[2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", "[2001:200::]",
            "[2001:db7:ffff:ffff:ffff:ffff:ffff:ffff]", "[2001:db9::]",
            "[2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", "[2003::]",
            "[2620:4f:7fff:ffff:ffff:ffff:ffff:ffff]", "[2620:4f:8001::]",
            "[3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", "[3fff:1000::]", "[::ffff:1.1.1.1]", "[::ffff:808:808]",
        ])
    func open(_ host: String) throws {
        try expect(host, isAllowed: true)
    }

    /// The URL's rule and the socket's say the same.
    private func expect(_ host: String, isAllowed: Bool) throws {
        let target = try RequestTarget(url: "https://\(host)/")
        #expect(rules.allows(try #require(target.literal)) == isAllowed, "\(host)")
        #expect((rules.fault(of: "https://\(host)/") == nil) == isAllowed, "\(host)")
    }
}
