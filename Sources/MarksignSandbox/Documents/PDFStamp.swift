/// A visible mark on one page of a PDF, added as an incremental update: the bytes that were sent stay as they are, and
/// a free-text annotation follows behind them.
struct PDFStamp {
    var lines: [String]
    var position = SignaturePosition.auto
    var page = SignaturePage.last

    /// The stamped file. What `PDFFile` does not read gets the lines as comments at its end instead.
    func applied(to bytes: [UInt8]) -> [UInt8] {
        PDFFile(bytes).flatMap(update) ?? bytes + lines.flatMap { "\n% \($0)".utf8 } + "\n".utf8
    }

    private func update(_ file: PDFFile) -> [UInt8]? {
        guard let leaf = PDFPage(file, page), let annotations = annotations(of: leaf, in: file) else { return nil }
        let (annotation, appearance) = (file.size, file.size + 1)
        let rectangle = rectangle(on: leaf.mediaBox)
        var page = leaf.entries.filter { $0.key != "Annots" }.sorted { $0.key < $1.key }
            .flatMap { "/\($0.key) ".utf8 + file.bytes[$0.value] + [UInt8(ascii: "\n")] }
        page += "/Annots [".utf8 + annotations + "\(annotation) 0 R]".utf8

        var writer = PDFWriter(after: file.bytes)
        writer.object(leaf.reference.number, generation: leaf.reference.generation, "<< ".utf8 + page + " >>".utf8)
        // The flag 4 asks for the annotation on paper too, and 64 and 128 lock it.
        writer.object(
            annotation,
            """
            << /Type /Annot /Subtype /FreeText /F 196 /Rect [\(rectangle)] /P \(leaf.reference)
               /DA (/Helvetica 8 Tf 0 g) /Contents (\(lines.joined(separator: " "))) /AP << /N \(appearance) 0 R >> >>
            """)
        writer.stream(
            appearance,
            dictionary: """
                /Type /XObject /Subtype /Form /BBox [0 0 \(Self.width) \(Self.height)]
                   /Resources << /Font << /Helvetica << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>

                """,
            drawing)
        writer.finish(trailer: file.keptTrailer + " /Size \(file.size + 2) /Prev \(file.tableOffset)".utf8)
        return writer.bytes
    }

    /// The page's own annotations, one after another; nil when they cannot be read.
    private func annotations(of leaf: PDFPage, in file: PDFFile) -> [UInt8]? {
        guard let range = leaf.entries["Annots"] else { return [] }
        return file.array(range)?.flatMap { file.bytes[$0] + [UInt8(ascii: " ")] }
    }

    private static let (width, height, margin) = (210.0, 34.0, 24.0)

    private func rectangle(on box: PDFPage.Box) -> String {
        let left =
            switch position {
            case .leftTop, .leftBottom: box.left + Self.margin
            case .auto, .rightTop, .rightBottom: box.right - Self.margin - Self.width
            }
        let bottom =
            switch position {
            case .leftTop, .rightTop: box.top - Self.margin - Self.height
            case .auto, .leftBottom, .rightBottom: box.bottom + Self.margin
            }
        return "\(left) \(bottom) \(left + Self.width) \(bottom + Self.height)"
    }

    private var drawing: String {
        let frame = "1 1 0.85 rg 0 0.4 0.2 RG 0.5 0.5 \(Self.width - 1) \(Self.height - 1) re B"
        let text = lines.map { "(\($0)) Tj T*" }.joined(separator: "\n")
        return "\(frame)\nBT 0 g /Helvetica 8 Tf 10 TL 6 \(Self.height - 12) Td\n\(text)\nET"
    }
}
