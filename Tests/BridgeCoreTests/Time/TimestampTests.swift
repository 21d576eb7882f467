import BridgeCore
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "RFC 3339 there and back",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_255_212_345, "2026-11-21T10:00:12.345Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func thereAndBack(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "other spellings",
        arguments: [
            ("2026-11-21T12:00:12.345+02:00", 1_795_255_212_345),
            ("2026-11-21t10:00:12z", 1_795_255_212_000),
            ("2026-11-21T10:00:12.3456789Z", 1_795_255_212_345),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ] as [(String, Int64)])
    func otherSpellings(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no date",
        arguments: [
            "", "2026-11-21", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-21T24:00:00Z",
            "2026-11-21T10:00:61Z", "2026-11-21T10:00:12", "2026-11-21T10:00:12.Z", "2026-11-21T10:00:12+2:00",
            "2026-11-21T10:00:12Z ", "0x26-11-21T10:00:12Z", "2026-11-21T10:00:12.0123456789Z", "2100-02-29T00:00:00Z",
        ])
    func refused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
