import BridgeCore
import Testing

@Suite("Identifiers and keys")
struct IdentifierTests {
    @Test("an id has its kind's prefix, sorts by time, and reads back")
    func form() {
        var generator = SeededGenerator(seed: 1)
        let early = SessionID(at: Timestamp(milliseconds: 1_795_255_212_345), using: &generator)
        let late = SessionID(at: Timestamp(milliseconds: 1_795_255_212_346), using: &generator)
        #expect(early.rawValue.hasPrefix("ses_"))
        #expect(early.rawValue.utf8.count == 30)
        #expect(early < late)
        #expect(SessionID(early.rawValue) == early)
        #expect(!early.rawValue.contains("."))
    }

    @Test("many ids of one millisecond differ")
    func unique() {
        var generator = SeededGenerator(seed: 2)
        let ids = (0..<10_000).map { _ in EventID(at: Timestamp(milliseconds: 5), using: &generator) }
        #expect(Set(ids).count == ids.count)
    }

    @Test(
        "what is no session's id",
        arguments: [
            "", "ses_", "evt_01jd7c0000000000000000000a", "ses_01jd7c000000000000000000a",
            "ses_01JD7C0000000000000000000A",
            "ses_01jd7c0000000000000000000i", "ses_01jd7c0000000000000000000a ", "ses_../../../../../etc/passwd00",
        ])
    func refused(_ text: String) {
        #expect(SessionID(text) == nil)
    }

    @Test("a key reads back, and matches only its own digest")
    func key() throws {
        var generator = SystemRandomNumberGenerator()
        let key = APIKey(using: &generator)
        let other = APIKey(using: &generator)
        let read = try #require(APIKey(key.text))
        #expect(read.id == key.id)
        #expect(key.text.hasPrefix("mbk_"))
        #expect(read.matches(key.digest))
        #expect(!read.matches(other.digest))
        #expect(!read.matches(Array(key.digest.dropLast())))
        #expect(APIKey(key.text + "0") == nil)
        #expect(APIKey(String(key.text.dropLast())) == nil)
    }
}
