/// A document to be signed, with what the signed one depends on.
struct DocumentRequest {
    var type: DocumentType
    /// One file for a PDF, one or more for a container.
    var files: [(name: String, content: [UInt8])]
    var position = SignaturePosition.auto
    var page = SignaturePage.last
    var isOnSanctionsList = false
    var isOnPEPsList = false

    /// A visibly changed document in place of a signed one; the same for the same token.
    func signed(token: String) -> [UInt8] {
        let note = ["Signed by NAME SURNAME in the Marksign sandbox", "This is a test and no signature", token]
        let comment = note.joined(separator: ". ")
        if type == .pdf {
            return PDFStamp(lines: note, position: position, page: page).applied(to: files[0].content)
        }
        if files.count == 1, let container = ZIPArchive.commented(files[0].content, comment) { return container }
        // The format wants the media type first, where tools look for it at a fixed offset.
        return ZIPArchive.stored([("mimetype", Array(type.mediaType.utf8))] + files, comment: comment)
    }
}
