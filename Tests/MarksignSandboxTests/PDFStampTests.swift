import FoundationEssentials
import Testing

@testable import MarksignSandbox

@Suite("The stamp on a PDF")
struct PDFStampTests {
    private static let lines = ["A visible line"]

    @Test("the sample contract is a consistent PDF")
    func sample() throws {
        let file = try #require(PDFFile(SampleContract.pdf))
        #expect(try objects(of: SampleContract.pdf).keys.sorted() == Array(1..<8))
        #expect(file.size == 8)
        #expect(PDFPage(file, .last)?.reference == PDFReference(number: 3, generation: 0))
    }

    @Test("the file beside the tests is the sample contract")
    func sampleFile() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        #expect(try Data(contentsOf: tests.appending(path: "Support/contract.pdf")) == Data(SampleContract.pdf))
    }

    @Test("the update keeps what was sent, and its table finds every object")
    func update() throws {
        let stamped = PDFStamp(lines: Self.lines).applied(to: SampleContract.pdf)
        #expect(stamped.starts(with: SampleContract.pdf))
        let objects = try objects(of: stamped)
        #expect(objects.keys.sorted() == [3, 8, 9])
        #expect(objects[3]?.contains("/Annots [8 0 R]") == true)
        #expect(objects[3]?.contains("/Contents 4 0 R") == true)
        #expect(objects[8]?.contains("/AP << /N 9 0 R >>") == true)
        #expect(objects[9]?.contains("(A visible line) Tj") == true)
        let file = try #require(PDFFile(stamped))
        #expect(file.size == 10)
        #expect(PDFPage(file, .last)?.entries["Parent"] != nil)
    }

    @Test("it can be stamped again: the first stamp stays")
    func twice() throws {
        let stamp = PDFStamp(lines: Self.lines)
        let twice = stamp.applied(to: stamp.applied(to: SampleContract.pdf))
        #expect(try objects(of: twice)[3]?.contains("/Annots [8 0 R 10 0 R]") == true)
    }

    @Test(
        "the position is a corner of the sheet",
        arguments: [
            (SignaturePosition.auto, "361.0 24.0 571.0 58.0"), (.rightBottom, "361.0 24.0 571.0 58.0"),
            (.leftBottom, "24.0 24.0 234.0 58.0"), (.leftTop, "24.0 784.0 234.0 818.0"),
            (.rightTop, "361.0 784.0 571.0 818.0"),
        ])
    func position(position: SignaturePosition, rectangle: String) {
        let stamped = PDFStamp(lines: Self.lines, position: position).applied(to: SampleContract.pdf)
        #expect(String(decoding: stamped, as: UTF8.self).contains("/Rect [\(rectangle)]"))
    }

    @Test("the page is the first or the last", arguments: [(SignaturePage.first, 4), (.last, 6)])
    func page(page: SignaturePage, number: Int) throws {
        let stamped = PDFStamp(lines: Self.lines, page: page).applied(to: Self.threePages)
        let stampedPage = try #require(objects(of: stamped)[number])
        #expect(stampedPage.contains("/Annots ["))
        // The sheet is inherited from above.
        #expect(String(decoding: stamped, as: UTF8.self).contains("/Rect [66.0 24.0 276.0 58.0]"))
    }

    @Test("annotations that a page refers to stay")
    func sharedAnnotations() throws {
        let stamped = PDFStamp(lines: Self.lines, page: .last).applied(to: Self.threePages)
        #expect(try objects(of: stamped)[6]?.contains("/Annots [8 0 R 9 0 R]") == true)
    }

    @Test(
        "what cannot be updated gets a comment",
        arguments: [
            "%PDF-1.5\nno table at all\n", "%PDF-1.5\nstartxref\n99999\n%%EOF\n", "%PDF-1.5\nstartxref\n-1\n%%EOF",
            "%PDF-1.5\n1 0 obj\n<< /Type /XRef >>\nendobj\nstartxref\n9\n%%EOF\n",
            "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R /Prev 0 >>\nstartxref\n0\n%%EOF\n",
        ])
    func fallback(text: String) {
        let stamped = PDFStamp(lines: Self.lines).applied(to: Array(text.utf8))
        #expect(String(decoding: stamped, as: UTF8.self) == text + "\n% A visible line\n")
    }

    @Test("an encrypted file is not touched inside")
    func encrypted() {
        var writer = PDFWriter(after: Array("%PDF-1.4".utf8))
        writer.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        writer.finish(trailer: "/Size 2 /Root 1 0 R /Encrypt 5 0 R".utf8)
        #expect(PDFFile(writer.bytes) == nil)
    }

    @Test("damage never stops the program")
    func damage() {
        var random = SplitMix64(state: 1)
        for end in stride(from: 0, to: Self.threePages.count, by: 3) {
            _ = PDFStamp(lines: Self.lines).applied(to: Array(Self.threePages[..<end]))
        }
        for _ in 0..<2000 {
            var damaged = Self.threePages
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 0..<damaged.count, using: &random)
                damaged[position] = "<>[]()/0123456789 R%\\n".utf8.randomElement(using: &random)!
            }
            let stamped = PDFStamp(lines: Self.lines).applied(to: damaged)
            #expect(stamped.starts(with: damaged))
        }
        let deep =
            "%PDF-1.4\nxref\n0 0\ntrailer\n" + String(repeating: "<< /A ", count: 100_000) + "startxref\n9\n%%EOF"
        #expect(PDFFile(Array(deep.utf8)) == nil)
    }

    /// Three pages below two levels of the tree; the last one has its annotations in an object of their own.
    private static let threePages: [UInt8] = {
        var writer = PDFWriter(after: Array("%PDF-1.4".utf8))
        writer.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        writer.object(2, "<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 3 /MediaBox [0 0 300 400] >>")
        writer.object(3, "<< /Type /Pages /Parent 2 0 R /Kids [4 0 R 5 0 R] /Count 2 >>")
        writer.object(4, "<< /Type /Page /Parent 3 0 R /Note (a \\) b (c) d) /Hex <48 69> >>")
        writer.object(5, "<< /Type /Page /Parent 3 0 R >>")
        writer.object(6, "<< /Type /Page /Parent 2 0 R /Annots 7 0 R % a comment >>\n >>")
        writer.object(7, "[ 8 0 R ]")
        writer.object(8, "<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents (A note) >>")
        writer.finish(trailer: "/Size 9 /Root 1 0 R".utf8)
        return writer.bytes
    }()

    /// The objects of the newest table by number, read without the code under test.
    private func objects(of bytes: [UInt8]) throws -> [Int: String] {
        let text = String(decoding: bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
        let end = try #require(text.firstMatch(of: /startxref\n(\d+)\n%%EOF\n$/))
        let start = try #require(Int(end.1))
        let table = try #require(
            String(decoding: bytes[start...], as: UTF8.self).prefixMatch(of: /xref\n([^t]*)trailer/))
        var objects: [Int: String] = [:]
        for section in table.1.matches(of: /(\d+) (\d+)\n((?:\d{10} \d{5} [nf] \n)+)/) {
            let first = try #require(Int(section.1))
            let rows = section.3.split(separator: "\n")
            try #require(rows.count == Int(section.2))
            for (number, row) in zip(first..., rows) where row.hasSuffix(" n ") {
                objects[number] = try object(number, in: bytes, at: #require(Int(row.prefix(10))))
            }
        }
        return objects
    }

    private func object(_ number: Int, in bytes: [UInt8], at offset: Int) throws -> String {
        let text = String(decoding: bytes[offset...].prefix(2000), as: UTF8.self)
        let object = try #require(text.prefixMatch(of: /(\d+) 0 obj\n(?s:(.*?))\nendobj\n/))
        try #require(Int(object.1) == number)
        return String(object.2)
    }
}
