/// The languages of messages; English paths have a prefix.
enum Locale: CaseIterable {
    case lithuanian
    case english

    var pathPrefix: String {
        switch self {
        case .lithuanian: ""
        case .english: "/en"
        }
    }
}
