import Testing

@testable import MarksignSandbox

@Suite("Containers")
struct ZIPArchiveTests {
    @Test("the checksum is the one of ZIP")
    func checksum() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }

    @Test(
        "files that are no container are put into one, the media type first",
        arguments: [DocumentType.asice, .bdoc, .adoc])
    func stored(type: DocumentType) throws {
        let request = DocumentRequest(
            type: type, files: [("a.txt", Array("first".utf8)), ("ž.txt", Array("second".utf8))])
        let archive = request.signed(token: "token")
        let entries = try #require(Self.entries(of: archive))
        #expect(entries.map(\.name) == ["mimetype", "a.txt", "ž.txt"])
        #expect(entries.map(\.content) == [type.mediaType, "first", "second"])
        #expect(archive[38...].starts(with: type.mediaType.utf8))
    }

    @Test("a container keeps its entries and gets the note as its comment")
    func commented() throws {
        let sent = ZIPArchive.stored([("a.txt", Array("first".utf8))], comment: "an older comment")
        let signed = DocumentRequest(type: .asice, files: [("a.asice", sent)]).signed(token: "the-token")
        #expect(try #require(Self.entries(of: signed)).map(\.content) == ["first"])
        let text = String(decoding: signed, as: UTF8.self)
        #expect(text.hasSuffix("the-token"))
        #expect(!text.contains("an older comment"))
    }

    @Test("what only looks like a container is no reason to fail", arguments: ["", "PK", "PK\u{5}\u{6}", "text"])
    func broken(text: String) {
        #expect(ZIPArchive.commented(Array(text.utf8), "comment") == nil)
    }

    /// Reads stored entries by way of the central directory; nil when anything in it is wrong.
    private static func entries(of archive: [UInt8]) -> [(name: String, content: String)]? {
        func number(_ at: Int, _ width: Int) -> Int {
            (0..<width).reversed().reduce(0) { $0 << 8 | Int(archive[at + $1]) }
        }
        func text(_ at: Int, _ length: Int) -> String { String(decoding: archive[at..<at + length], as: UTF8.self) }
        guard
            let end = (0...(archive.count - 22)).last(where: { archive[$0...].starts(with: "PK\u{5}\u{6}".utf8) }),
            end + 22 + number(end + 20, 2) == archive.count
        else { return nil }
        var position = number(end + 16, 4)
        var entries: [(name: String, content: String)] = []
        for _ in 0..<number(end + 10, 2) {
            guard archive[position...].starts(with: "PK\u{1}\u{2}".utf8) else { return nil }
            let (size, nameLength, local) = (
                number(position + 24, 4), number(position + 28, 2), number(position + 42, 4)
            )
            let content = local + 30 + number(local + 26, 2) + number(local + 28, 2)
            guard archive[local...].starts(with: "PK\u{3}\u{4}".utf8),
                CRC32.checksum(archive[content..<content + size]) == UInt32(number(position + 16, 4))
            else { return nil }
            entries.append((text(position + 46, nameLength), text(content, size)))
            position += 46 + nameLength + number(position + 30, 2) + number(position + 32, 2)
        }
        return position == end ? entries : nil
    }
}
