/// What a signed file is, told by its first bytes.
enum FileType {
    case pdf
    /// A ZIP container: ASiC-E, and ADOC and BDOC, which are kinds of it.
    case container
    case other

    init(of content: [UInt8]) {
        if content.starts(with: "%PDF-".utf8) {
            self = .pdf
        } else if content.starts(with: "PK\u{3}\u{4}".utf8) {
            self = .container
        } else {
            self = .other
        }
    }

    var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .container: "application/vnd.etsi.asic-e+zip"
        case .other: "application/octet-stream"
        }
    }

    var defaultName: String {
        switch self {
        case .pdf: "signed.pdf"
        case .container: "signed.asice"
        case .other: "signed"
        }
    }
}
