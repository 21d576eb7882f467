/// Entity tags (RFC 9110 section 8.8.3).
enum EntityTag {
    /// The strong tag of a content.
    static func strong(_ sha256: String) -> String {
        "\"\(sha256)\""
    }

    /// Whether `If-None-Match` names the content, which then need not be sent again.
    static func matches(_ header: String, _ sha256: String) -> Bool {
        header.split(separator: ",").contains { part in
            let tag = part.trimmingPrefix { $0 == " " || $0 == "\t" }
                .reversed().drop { $0 == " " || $0 == "\t" }.reversed()
            let text = String(tag)
            return text == "*" || text == strong(sha256) || text == "W/" + strong(sha256)
        }
    }
}
