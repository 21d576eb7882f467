/// The forms in which a signed document comes back.
enum DocumentType: String, CaseIterable {
    case pdf
    case adoc
    case bdoc
    case asice

    /// What a container's entry `mimetype` says.
    var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .adoc: "application/vnd.lt.archyvai.adoc-2008"
        case .bdoc, .asice: "application/vnd.etsi.asic-e+zip"
        }
    }
}
