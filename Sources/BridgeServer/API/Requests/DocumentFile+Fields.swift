import Marksign
import StrictJSON

extension DocumentFile {
    /// Reads `files`, which has one entry: Marksign's answer has one file.
    init?(_ document: FieldReader, type: DocumentType?, maximumBytes: Int, _ faults: inout FieldFaults) {
        document.require("files", &faults)
        let files = document.read("files", "must be an array of one file", &faults) { json in
            json.elements.flatMap { $0.count == 1 ? $0 : nil }
        }
        guard let json = files?.first,
            let file = FieldReader(
                json, at: document.path("files") + "/0", known: ["name", "content", "digest"], &faults)
        else { return nil }
        file.require("name", &faults)
        file.require("content", &faults)
        let name = file.string(
            "name", atMost: 255,
            "must be 1 to 255 characters, not only blanks, without invisible ones and path separators", &faults,
            where: Self.allows(name:))
        let content = file.read("content", "must be a string", &faults) { $0.stringBytes }
        guard let content, Self.isAllowed(content, type: type, maximumBytes, at: file.path("content"), &faults)
        else { return nil }
        let digest = file.string("digest", atMost: 128, &faults)
        if let digest, !Self.matches(digest, content) {
            faults.add(
                file.path("digest"), "must be the SHA-1, SHA-256, SHA-384 or SHA-512 of the content, hexadecimal")
        }
        guard let name else { return nil }
        self.init(name: name, content: content, digest: digest)
    }

    private static func allows(name: String) -> Bool {
        guard ShownText.allows(name), name != ".", name != ".." else { return false }
        return !name.unicodeScalars.contains { $0 == "/" || $0 == "\\" }
    }

    private static func isAllowed(
        _ content: ArraySlice<UInt8>, type: DocumentType?, _ maximumBytes: Int, at pointer: String,
        _ faults: inout FieldFaults
    ) -> Bool {
        let fault: String? =
            switch Base64.decodedCount(of: content) {
            case nil: "must be base64 with padding and without line breaks"
            case 0: "must not be empty"
            case let count? where count > maximumBytes: "must have at most \(maximumBytes) bytes"
            default: type == .pdf && !beginsAsPDF(content) ? "must be a PDF file" : nil
            }
        if let fault { faults.add(pointer, fault) }
        return fault == nil
    }

    private static func beginsAsPDF(_ content: ArraySlice<UInt8>) -> Bool {
        // Eight characters are six bytes.
        Base64.decode(content.prefix(8))?.starts(with: "%PDF-".utf8) ?? false
    }

    private static func matches(_ digest: String, _ content: ArraySlice<UInt8>) -> Bool {
        guard let algorithm = DigestAlgorithm(hexDigest: digest), let bytes = Base64.decode(content) else {
            return false
        }
        return algorithm.hex(of: bytes) == digest.lowercased()
    }
}
