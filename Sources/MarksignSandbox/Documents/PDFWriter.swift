/// Writes numbered PDF objects and the classic cross-reference table that finds them, for a new file or for an
/// incremental update behind an existing one.
struct PDFWriter {
    private(set) var bytes: [UInt8]
    private var entries: [(number: Int, generation: Int, offset: Int)] = []

    init(after bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.last != UInt8(ascii: "\n") { self.bytes.append(UInt8(ascii: "\n")) }
    }

    mutating func object(_ number: Int, generation: Int = 0, _ body: some Sequence<UInt8>) {
        entries.append((number, generation, bytes.count))
        write("\(number) \(generation) obj\n")
        bytes.append(contentsOf: body)
        write("\nendobj\n")
    }

    mutating func object(_ number: Int, _ body: String) {
        object(number, body.utf8)
    }

    mutating func stream(_ number: Int, dictionary: String = "", _ content: String) {
        object(number, "<< \(dictionary)/Length \(content.utf8.count) >>\nstream\n\(content)\nendstream")
    }

    /// Ends the file: the table of the objects written, the trailer with `trailer` as its entries, and the way back to
    /// the table.
    mutating func finish(trailer: some Sequence<UInt8>) {
        let start = bytes.count
        write("xref\n")
        // Consecutive numbers share a section; number 0 heads the list of what is free.
        var sections = [(first: 0, rows: ["0000000000 65535 f \n"])]
        for entry in entries.sorted(by: { $0.number < $1.number }) {
            let row = "\(padded(entry.offset, 10)) \(padded(entry.generation, 5)) n \n"
            if let last = sections.last, last.first + last.rows.count == entry.number {
                sections[sections.count - 1].rows.append(row)
            } else {
                sections.append((entry.number, [row]))
            }
        }
        for section in sections { write("\(section.first) \(section.rows.count)\n\(section.rows.joined())") }
        write("trailer\n<< ")
        bytes.append(contentsOf: trailer)
        write(" >>\nstartxref\n\(start)\n%%EOF\n")
    }

    private mutating func write(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
