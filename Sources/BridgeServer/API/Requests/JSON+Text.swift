import StrictJSON

extension JSON {
    /// The text of a string of at most `limit` Unicode scalars, nil for anything else.
    ///
    /// What is too long in any case is not unescaped: a scalar takes at most 12 bytes, two escaped surrogates.
    func text(atMost limit: Int) -> String? {
        guard raw.count <= 12 * limit + 2, let string, string.unicodeScalars.count <= limit else { return nil }
        return string
    }
}
