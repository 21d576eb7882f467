import StrictJSON

extension JSONObjectWriter {
    /// A JSON text that was kept as it came; `null` when there is none.
    mutating func member(_ key: String, raw text: [UInt8]?) {
        // It was part of a larger text, or made here: it is read again only because nothing unread is ever written.
        guard let text, let json = try? JSON.parse(text) else { return null(key) }
        member(key, json: json)
    }
}
