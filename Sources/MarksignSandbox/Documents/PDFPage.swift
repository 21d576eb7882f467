/// One page of a PDF: its object, its entries and the size of its sheet.
struct PDFPage {
    struct Box: Equatable {
        var left, bottom, right, top: Double
    }

    let reference: PDFReference
    let entries: [String: Range<Int>]
    /// A4 when the file says nothing that can be read.
    private(set) var mediaBox = Box(left: 0, bottom: 0, right: 595, top: 842)

    /// Walks the page tree down to its first or last leaf; nil when it cannot be followed.
    init?(_ file: PDFFile, _ page: SignaturePage) {
        guard let pages = file.dictionary(file.root)?["Pages"], var reference = file.reference(pages) else {
            return nil
        }
        var visited: Set<PDFReference> = []
        while visited.insert(reference).inserted, let entries = file.dictionary(reference) {
            if let box = entries["MediaBox"].flatMap({ Self.box(file, $0) }) { mediaBox = box }
            guard let kids = entries["Kids"] else {
                self.reference = reference
                self.entries = entries
                return
            }
            guard let elements = file.array(kids), let kid = page == .first ? elements.first : elements.last,
                let next = file.reference(kid)
            else { return nil }
            reference = next
        }
        return nil
    }

    private static func box(_ file: PDFFile, _ range: Range<Int>) -> Box? {
        guard let corners = file.array(range)?.compactMap(file.number), corners.count == 4 else { return nil }
        return Box(
            left: min(corners[0], corners[2]), bottom: min(corners[1], corners[3]),
            right: max(corners[0], corners[2]), top: max(corners[1], corners[3]))
    }
}
