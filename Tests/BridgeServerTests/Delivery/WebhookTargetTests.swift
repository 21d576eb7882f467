import BridgeCore
import BridgeRuntime
import CurlHTTP
import Testing

/// What a client may write to make the bridge call an address that it must not.
@Suite("Hostile webhook URLs")
struct WebhookTargetTests {
    private let rules = WebhookRules(allowHTTP: true, addresses: AddressPolicy(allowed: []))

    @Test(
        "every spelling of an address that is not allowed",
        arguments: [
            // Dotted, short, octal, hexadecimal, decimal, and mixtures.
            "127.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "0177.1", "00177.0.0.01", "017700000001", "0x7f.0.0.1",
            "0x7F.0x0.0x0.0x1", "0x7f.1", "0x7f000001", "0X7F000001", "2130706433", "127.0x1", "0x7f.0.0.01", "0",
            "0x0",
            "0.0.0.0", "00", "10.1", "0xa.1", "012.1", "167772161", "192.168.1", "0xc0.0xa8.0.1", "0300.0250.0.1",
            "3232235521", "172.16.1", "2886729729", "169.254.169.254", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe",
            "0251.0376.0251.0376", "2852039166", "169.254.43518", "169.16689662", "100.100.100.200", "0x646464c8",
            "168.63.129.16", "0xa83f8110", "192.0.0.192", "255.255.255.255", "4294967295", "0xffffffff", "224.0.0.1",
            // Dots at the end, numbers out of range, too many parts: no name can end in a number.
            "127.0.0.1.", "2130706433.", "0x7f.1.", "127.0.0.1..", "127.0.0.256", "4294967296", "127.0.0.0.1",
            "0x100000000", "1.2.3.09", "example.127", "example.0x7f", "example.0x", "0x7f.0.0.0x", "127..1",
            ".127.0.0.1",
            // IPv6: plain, long, upper case, mapped in both spellings, compatible, translated, tunnelled.
            "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0.0.0.1]",
            "[::127.0.0.1]", "[::7f00:1]", "[::ffff:127.0.0.1]", "[::FFFF:127.0.0.1]", "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:0001]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::ffff:0:127.0.0.1]",
            "[::ffff:10.0.0.1]", "[::ffff:c0a8:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b::8.8.8.8]",
            "[64:ff9b:1::a00:1]", "[64:ff9b:1:a9fe:a9:fe00::]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
            "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2001:0:a9fe:a9fe::]", "[fe80::5efe:10.0.0.1]",
            "[2606:4700::5efe:169.254.169.254]", "[2606:4700::200:5efe:169.254.169.254]",
            "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[fe80::1%251]", "[::1%25lo]", "[2606:4700::1111%25lo]",
            "[fd00:ec2::254]", "[FD00:EC2::254]", "[fd20:ce::254]", "[fe80::a9fe:a9fe]", "[fd00:c1::a9fe:a9fe]",
            "[fc00::1]", "[fdff::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "[5f00::1]",
            "[::1", "::1", "[::1]]", "[[::1]]", "[127.0.0.1]", "[::ffff:127.1]", "[::ffff:0x7f.0.0.1]", "[v1.::1]",
            "[]",
            // Percent signs, digits and dots of other scripts, white space, control characters, tricks with the parts.
            "%31%32%37.0.0.1", "127.0.0.%31", "127%2e0.0.1", "127.0.0.1%00.example.org", "%5b::1%5d", "loc%61lhost",
            "example.org%2f@127.0.0.1", "１２７.0.0.1", "127。0。0。1", "127．0．0．1", "①②⑦.0.0.1", "ｌocalhost",
            "127.0.0.1\t", "127.0.0.1\n", "\t127.0.0.1", "127.0\n.0.1", " 127.0.0.1", "127.0.0.1 ", "127.0.0.1\r\nX: y",
            "user@127.0.0.1", "user@example.org", "user:secret@example.org", ":@example.org", "@example.org",
            "@127.0.0.1", "example.org@127.0.0.1", "example.org:443@127.0.0.1", "127.0.0.1@example.org",
            "a@b@example.org", "example.org\\@127.0.0.1", "127.0.0.1\\@example.org", "example.org\\.127.0.0.1",
            "example.org#@127.0.0.1", "127.0.0.1#@example.org", "example.org?@127.0.0.1#", "example.org,127.0.0.1",
            "example.org;127.0.0.1", "example.org&127.0.0.1", "{127.0.0.1}", "127.0.0.1:80:80", "*", "", ".", "..",
        ])
    func refused(_ host: String) {
        for scheme in ["http", "https", "HTTPS"] {
            #expect(rules.fault(of: "\(scheme)://\(host)/hook") != nil, "\(scheme)")
        }
        #expect(rules.fault(of: "https://\(host)") != nil)
    }

    @Test(
        "what is no URL to call",
        arguments: [
            "", "/", "//127.0.0.1/", "//example.org/", "example.org", "example.org/hook", "https", "https:", "https:/",
            "https://", "https:///", "https:///example.org", "https:////example.org", "https:/example.org",
            "https:example.org", "https:/127.0.0.1", "https:\\\\example.org", "https://example.org/a\\b",
            "https://:443/", "https://?x",
            "https://#x",
            "ftp://example.org/", "file:///etc/passwd", "file://localhost/etc/passwd", "gopher://example.org/",
            "dict://example.org/", "ldap://example.org/", "ws://example.org/", "wss://example.org/",
            "telnet://example.org",
            "data:text/plain,x", "javascript:alert(1)", "mailto:a@example.org", "unix:///var/run/docker.sock",
            "http+unix://%2fvar%2frun%2fdocker.sock/", "httpx://example.org/", "xhttps://example.org/",
            " https://example.org/",
            "https ://example.org/", "url:https://example.org/", "jar:https://example.org/", "0://example.org/",
            "https://example.org:0/", "https://example.org:65536/", "https://example.org:99999999999/",
            "https://example.org:-1/", "https://example.org:+443/", "https://example.org:0x1bb/",
            "https://example.org:443a/",
            "https://example.org:4 43/", "https://example.org:80:443/", "https://example.org:٤٤٣/",
            "https://example.org/#fragment", "https://example.org#", "https://example.org/a b",
            "https://example.org/\u{7F}",
            "https://example.org/\0", "https://example.org/é", "https://bücher.example/",
            "https://example.org/\r\nHost: x",
        ])
    func noURL(_ url: String) {
        #expect(rules.fault(of: url) != nil)
    }

    @Test(
        "what may be called",
        arguments: [
            "https://example.org", "https://example.org/", "HTTPS://EXAMPLE.ORG/", "https://example.org./",
            "https://example.org:443/", "https://example.org:0443/", "https://example.org:8443/a/b?c=d&e=%20",
            "https://example.org:65535/", "https://example.org:1/", "https://example.org/a@b",
            "https://example.org/?a=b@c",
            "https://example.org/http://127.0.0.1/", "https://example.org?u=http://127.0.0.1", "https://1.example.org/",
            "https://127.0.0.1.example.org/", "https://0x7f.example/", "https://8.8.8.8/", "https://134744072/",
            "https://0x08080808/", "https://010.010.010.010/", "https://8.526344/", "https://[2606:4700::1111]:8443/",
            "https://[::ffff:8.8.8.8]/", "https://xn--bcher-kva.example/", "https://receiver/", "https://a_b.example/",
        ])
    func taken(_ url: String) {
        #expect(rules.fault(of: url) == nil)
    }

    @Test(
        "a name is looked up when it is called, and what it denotes is not connected to",
        arguments: ["localhost", "LocalHost", "localhost.", "name.localhost"])
    func atTheAttempt(_ name: String) async throws {
        #expect(rules.fault(of: "http://\(name)/") == nil)
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPClientError.self) {
            try await client.execute(
                HTTPClientRequest(url: "http://\(name):9/", addressFilter: { [rules] in rules.allows($0) }))
        }
        await client.shutdown()
        // Not every resolver knows the names below localhost, or those with a dot at the end.
        let kinds: Set<HTTPClientError.Kind> = name.contains(".") ? [.blockedAddress, .resolve] : [.blockedAddress]
        #expect(error.map { kinds.contains($0.kind) && !$0.requestSent } == true)
    }
}
