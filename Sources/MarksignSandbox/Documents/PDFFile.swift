/// A PDF whose cross-reference tables are classic ones: enough of it to find a page and to add an update behind it.
struct PDFFile {
    let bytes: [UInt8]
    let root: PDFReference
    /// The number of the first object that is free.
    let size: Int
    /// Where the newest table starts: what an update names as its `/Prev`.
    let tableOffset: Int
    /// The trailer entries that an update repeats.
    let keptTrailer: [UInt8]
    private let offsets: [Int: Int]
    /// The format's own limit on object numbers.
    private static let objectLimit = 8_388_608

    /// Nil for what this does not read: cross-reference streams, hybrid, encrypted or broken files.
    init?(_ bytes: [UInt8]) {
        guard let tableOffset = Self.lastTable(in: bytes) else { return nil }
        var offsets: [Int: Int] = [:]
        var trailers: [[String: Range<Int>]] = []
        var next: Int? = tableOffset
        var visited: Set<Int> = []
        while let offset = next {
            guard visited.insert(offset).inserted, let (table, trailer) = Self.table(in: bytes, at: offset),
                trailer["XRefStm"] == nil, trailer["Encrypt"] == nil
            else { return nil }
            offsets.merge(table) { newer, _ in newer }
            trailers.append(trailer)
            next = trailer["Prev"].flatMap { Self.integer(bytes, $0) }
        }
        guard let newest = trailers.first, let root = newest["Root"], let size = newest["Size"],
            let root = Self.reference(bytes, root), let size = Self.integer(bytes, size)
        else { return nil }
        self.bytes = bytes
        self.root = root
        self.size = size
        self.tableOffset = tableOffset
        self.offsets = offsets
        keptTrailer = ["Root", "Info", "ID"].flatMap { key in newest[key].map { "/\(key) ".utf8 + bytes[$0] } ?? [] }
    }

    /// The dictionary of an indirect object: the ranges of its values by key.
    func dictionary(_ reference: PDFReference) -> [String: Range<Int>]? {
        var scanner = scanner(reference)
        return scanner?.dictionary()
    }

    /// The elements of the array at `range`, which may stand there itself or by reference.
    func array(_ range: Range<Int>) -> [Range<Int>]? {
        var direct = PDFScanner(bytes, at: range.lowerBound)
        if let elements = direct.array() { return elements }
        guard let reference = reference(range), var scanner = scanner(reference) else { return nil }
        return scanner.array()
    }

    func reference(_ range: Range<Int>) -> PDFReference? {
        Self.reference(bytes, range)
    }

    func number(_ range: Range<Int>) -> Double? {
        Double(String(decoding: bytes[range], as: UTF8.self))
    }

    private func scanner(_ reference: PDFReference) -> PDFScanner? {
        guard let offset = offsets[reference.number] else { return nil }
        var scanner = PDFScanner(bytes, at: offset)
        guard scanner.integer() == reference.number, scanner.integer() == reference.generation, scanner.skip("obj")
        else { return nil }
        return scanner
    }

    private static func lastTable(in bytes: [UInt8]) -> Int? {
        let keyword = Array("startxref".utf8)
        // Readers look for it in the last kilobyte.
        for start in stride(from: bytes.count - keyword.count, through: max(0, bytes.count - 1024), by: -1)
        where bytes[start...].starts(with: keyword) {
            var scanner = PDFScanner(bytes, at: start + keyword.count)
            return scanner.integer()
        }
        return nil
    }

    private static func table(in bytes: [UInt8], at offset: Int) -> ([Int: Int], trailer: [String: Range<Int>])? {
        guard bytes.indices.contains(offset) else { return nil }
        var scanner = PDFScanner(bytes, at: offset)
        guard scanner.skip("xref") else { return nil }
        var table: [Int: Int] = [:]
        while !scanner.skip("trailer") {
            guard let first = scanner.integer(), let count = scanner.integer(),
                (0..<objectLimit).contains(first), (0..<objectLimit).contains(count)
            else { return nil }
            for number in first..<(first + count) {
                guard let offset = scanner.integer(), scanner.integer() != nil else { return nil }
                if scanner.skip("n") {
                    guard bytes.indices.contains(offset) else { return nil }
                    table[number] = offset
                } else if !scanner.skip("f") {
                    return nil
                }
            }
        }
        return scanner.dictionary().map { (table, trailer: $0) }
    }

    private static func integer(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var scanner = PDFScanner(bytes, at: range.lowerBound)
        return scanner.integer()
    }

    private static func reference(_ bytes: [UInt8], _ range: Range<Int>) -> PDFReference? {
        var scanner = PDFScanner(bytes, at: range.lowerBound)
        return scanner.reference()
    }
}
