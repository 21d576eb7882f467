/// A one-page contract to sign in demos and tests.
public enum SampleContract {
    /// A valid PDF 1.4 with a classic cross-reference table, 1.4 KB.
    public static let pdf: [UInt8] = {
        // The four high bytes tell transfer tools that the file is binary.
        var writer = PDFWriter(after: Array("%PDF-1.4\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3])
        writer.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        writer.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        writer.object(
            3,
            """
            << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
               /Resources << /Font << /Title 5 0 R /Text 6 0 R >> >> >>
            """)
        writer.stream(4, content)
        writer.object(5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
        writer.object(6, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        writer.object(7, "<< /Title (Service agreement) /Creator (Marksign Bridge) >>")
        writer.finish(trailer: "/Size 8 /Root 1 0 R /Info 7 0 R".utf8)
        return writer.bytes
    }()

    private static let content: String = {
        var lines = [
            "BT", "/Title 20 Tf", "72 760 Td", "(Service agreement No. 42) Tj", "/Text 11 Tf", "0 -36 Td", "16 TL",
        ]
        lines += text.map { $0.isEmpty ? "T*" : "(\($0)) Tj T*" }
        return (lines + ["ET"]).joined(separator: "\n")
    }()

    private static let text = [
        "This agreement is made between the Provider and the Customer.",
        "",
        "1. The Provider keeps the service running and answers questions about it",
        "within one working day.",
        "",
        "2. The Customer pays the monthly fee within fourteen days of the invoice.",
        "",
        "3. Either side may end the agreement with thirty days' notice.",
        "",
        "4. The agreement is signed electronically; each side keeps the signed file.",
        "",
        "This is a sample. It binds nobody.",
    ]
}
