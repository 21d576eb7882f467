import BridgeCore
import BridgeRuntime
import Testing

@Suite struct WebhookURLTests {
    private let rules = WebhookRules(allowHTTP: false, addresses: AddressPolicy(allowed: []))
    private static let label = String(repeating: "a", count: 63)
    /// 253 characters.
    private static let longest = "\(label).\(label).\(label).\(String(repeating: "a", count: 61))"

    @Test(arguments: [
        "https://example.org/hook", "https://EXAMPLE.org:8443/?a=b", "https://a", "https://a.b.c.example",
        "https://example.org./", "https://hooks_1.example.org", "https://x-1.example.org", "https://1.example.org",
        "https://xn--bcher-kva.example", "https://\(label).example", "https://\(longest)", "https://\(longest)./",
        "https://93.184.215.14/hook", "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8443/",
    ])
    func takes(_ url: String) {
        #expect(rules.fault(of: url) == nil)
    }

    @Test(arguments: [
        "https://.com", "https://a..com", "https://.", "https://..", "https://a.com..", "https://-a.com",
        "https://a-.com", "https://a.-", "https://a\(label).example", "https://a\(longest)", "https://a*.com",
        "https://a$b.com", "https://a~b.com", "https://a,b.com", "https://%2ecom",
    ])
    func refusesHostsThatCannotBe(_ url: String) {
        #expect(rules.fault(of: url) != nil)
    }

    @Test(arguments: [
        "", "example.org", "http://example.org", "ftp://example.org", "https://", "https://a b.com",
        "https://user@example.org", "https://example.org#a", "https://example.org\\a", "https://127.0.0.1",
        "https://[::1]/", "https://2130706433/", "https://example.org:0", "https://example.org/\u{0}",
    ])
    func refuses(_ url: String) {
        #expect(rules.fault(of: url) != nil)
    }
}
