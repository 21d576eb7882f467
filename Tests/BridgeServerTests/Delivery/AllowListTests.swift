import BridgeCore
import BridgeRuntime
import Testing

/// What `webhooks.allowedNetworks` opens, and what it never does.
@Suite("Allowed networks")
struct AllowListTests {
    @Test(
        "a network is opened as it is written, with its port when it has one",
        arguments: [
            ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "10.1.2.3:8443", true), ("10.0.0.0/8", "0xa.1", true),
            ("10.0.0.0/8", "012.1", true), ("10.0.0.0/8", "[::ffff:10.1.2.3]", true),
            ("10.0.0.0/8", "[::ffff:a01:203]", true), ("10.0.0.0/8", "11.0.0.0", true),
            ("10.0.0.0/8", "172.16.0.1", false), ("10.0.0.0/8", "[::10.1.2.3]", false),
            ("10.0.0.0/8", "[64:ff9b::10.1.2.3]", false), ("10.0.0.0/8", "[2002:a01:203::]", false),
            ("10.1.0.0/16", "10.1.255.255", true), ("10.1.0.0/16", "10.0.255.255", false),
            ("10.1.0.0/16", "10.2.0.0", false), ("10.0.0.5/32", "10.0.0.5", true), ("10.0.0.5/32", "10.0.0.4", false),
            ("10.0.0.5/32", "10.0.0.6", false), ("10.0.0.4/31", "10.0.0.5", true),
            ("10.0.0.5/32:8443", "10.0.0.5:8443", true), ("10.0.0.5/32:8443", "10.0.0.5:08443", true),
            ("10.0.0.5/32:8443", "10.0.0.5", false), ("10.0.0.5/32:8443", "10.0.0.5:844", false),
            ("10.0.0.5/32:443", "10.0.0.5", true), ("fd00::/8", "[fd12:3456::1]", true),
            ("fd00::/8", "[fc00::1]", false),
            ("[fd00::/8]:8443", "[fd00::1]:8443", true), ("[fd00::/8]:8443", "[fd00::1]:443", false),
            ("::1/128", "[::1]", true), ("::1/128", "127.0.0.1", false), ("127.0.0.0/8", "[::1]", false),
            ("127.0.0.0/8", "127.1", true), ("127.0.0.0/8", "2130706433", true),
            ("64:ff9b::/96", "[64:ff9b::10.0.0.1]", true), ("169.254.0.0/16", "169.254.1.1", true),
            ("0.0.0.0/0", "10.0.0.1", true), ("0.0.0.0/0", "[fd00::1]", false), ("::/0", "[fd00::1]", true),
            ("::/0", "10.0.0.1", false), ("::/0", "[::ffff:10.0.0.1]", false),
        ])
    func opened(_ network: String, _ host: String, _ isAllowed: Bool) throws {
        #expect(try (fault(of: host, allowing: [network]) == nil) == isAllowed)
    }

    @Test(
        "what serves credentials is closed whatever is open, in whatever form",
        arguments: [
            "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.169.254:8080",
            "169.254.170.2", "169.254.170.23", "169.254.0.23", "169.254.42.42", "100.100.100.200", "168.63.129.16",
            "192.0.0.192", "[fd00:ec2::254]", "[fd00:ec2:0:0:0:0:0:254]", "[fd00:ec2::23]", "[fd20:ce::254]",
            "[fd00:42::42]", "[fd00:a9fe:a9fe::1]", "[fe80::a9fe:a9fe]", "[fd00:c1::a9fe:a9fe]",
            // Mapped, compatible, translated.
            "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::ffff:100.100.100.200]", "[::ffff:168.63.129.16]",
            "[::169.254.169.254]", "[::ffff:0:169.254.169.254]",
            // NAT64 with its well-known prefix, and RFC 6052's places under prefixes of one's own.
            "[64:ff9b::169.254.169.254]", "[64:ff9b::a83f:8110]", "[64:ff9b:1::169.254.169.254]",
            "[2606:4700:a9fe:a9fe::]", "[2606:4700:a9:fea9:fe::]", "[64:ff9b:1:a9fe:a9:fe00::]",
            "[2606:4700:1:a9:fe:a9fe::]", "[2606:4700:1:1:a9:fea9:fe00:0]", "[2606:4700:1:1::169.254.169.254]",
            // 6to4, Teredo (server and client), ISATAP.
            "[2002:a9fe:a9fe::1]", "[2001:0:a9fe:a9fe::]", "[2001:0:4136:e378:8000:63bf:5601:5601]",
            "[fe80::5efe:169.254.169.254]", "[2606:4700::200:5efe:a9fe:a9fe]",
        ])
    func never(_ host: String) throws {
        #expect(try fault(of: host, allowing: ["0.0.0.0/0", "::/0"]) != nil)
        #expect(try fault(of: host, allowing: ["169.254.0.0/16", "fd00::/8", "fe80::/10", "64:ff9b::/96"]) != nil)
    }

    private func fault(of host: String, allowing networks: [String]) throws -> String? {
        let networks = try networks.map { try #require(Network($0), "\($0)") }
        let rules = WebhookRules(allowHTTP: false, addresses: AddressPolicy(allowed: networks))
        return rules.fault(of: "https://\(host)/")
    }
}
