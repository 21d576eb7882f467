import Testing

@testable import BridgeServer

@Suite("Forms of values")
struct ValueFormTests {
    @Test(
        "Durations",
        arguments: [
            ("500ms", .milliseconds(500)), ("2.5s", .milliseconds(2500)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
            ("7d", .seconds(604_800)), ("0s", .zero), ("0.001s", .milliseconds(1)),
            ("1.000000001s", .nanoseconds(1_000_000_001)),
            ("", nil), ("5", nil), ("s", nil), ("5 s", nil), ("-5s", nil), ("+5s", nil), ("1e3s", nil), (".5s", nil),
            ("5.s", nil), ("1.2.3s", nil), ("5S", nil), ("5sec", nil), ("5s ", nil), ("٥s", nil),
            ("0.0000000001s", nil), ("0.0000001ms", nil), ("99999999999999999999d", nil), ("9223372036854775807d", nil),
        ] as [(String, Duration?)])
    func durations(text: String, expected: Duration?) {
        #expect(Duration(settingText: text) == expected)
    }

    @Test("A duration is written as it is read", arguments: ["0s", "500ms", "2500ms", "5m", "90s", "2h", "7d"])
    func durationText(text: String) {
        #expect(Duration(settingText: text)?.settingText == text)
    }

    @Test(
        "Sizes",
        arguments: [
            ("1024", 1024), ("16KiB", 16_384), ("50MiB", 50 << 20), ("1GiB", 1 << 30), ("1.5KiB", 1536), ("7B", 7),
            ("0", 0), ("0.5B", nil), ("50MB", nil), ("50kib", nil), ("-1", nil), ("2GiB", nil), ("", nil),
        ] as [(String, Int?)])
    func sizes(text: String, expected: Int?) {
        #expect(ValueForm.size(0...(1 << 30)).parse(text) == expected)
    }

    @Test(
        "URLs where secrets may be sent",
        arguments: [
            ("https://api.marksign.eu", "https://api.marksign.eu"),
            ("HTTPS://API.marksign.eu/", "https://api.marksign.eu"),
            ("https://host:8443/a/b/", "https://host:8443/a/b"), ("http://localhost:9090", "http://localhost:9090"),
            ("http://127.0.0.2", "http://127.0.0.2"), ("http://[::1]:1/", "http://[::1]:1"),
            ("https://[fd00::1]", "https://[fd00::1]"),
            ("http://127.0.0.1.example.com", nil), ("http://127.1", nil), ("http://api.marksign.eu", nil),
            ("http://[fd00::1]", nil),
            ("ftp://localhost", nil), ("https://", nil), ("https://a b", nil), ("https://u@h", nil),
            ("https://h?q", nil),
            ("https://h#f", nil), ("https://h:0", nil), ("https://h:x", nil), ("https://[::1", nil),
            ("https://[::g]", nil),
            ("https://h\\@evil", nil), ("https://h/%2e", nil), ("https://-h", nil), ("https://h..x", nil), ("", nil),
        ] as [(String, String?)])
    func urls(text: String, expected: String?) {
        #expect(ValueForm.safeURL.parse(text)?.description == expected)
    }
}
