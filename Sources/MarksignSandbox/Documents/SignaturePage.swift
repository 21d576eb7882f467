/// The page that shows the signature.
enum SignaturePage: String, CaseIterable {
    case first = "first_page"
    case last = "last_page"
}
