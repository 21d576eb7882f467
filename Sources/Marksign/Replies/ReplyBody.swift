import StrictJSON

/// The form that all of Marksign's JSON answers share.
struct ReplyBody {
    /// What an answer states.
    enum Statement: Hashable {
        /// `ok`
        case ok
        /// The signer has not answered yet.
        case waiting(String)
        /// `canceled`
        case cancelled
        /// A failure; the code may be missing.
        case failed(code: Int?)
        /// A status that is not known.
        case unknown(String)
    }

    /// In Unicode scalars. Longer texts are cut: they are shown to people and kept.
    private static let maximumTextLength = 300

    let json: JSON
    let statement: Statement

    /// The answer, or nil when it is not a JSON object that states anything.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON.parse(bytes), json.kind == .object else { return nil }
        let code = Self.errorCode(json["error_code"])
        switch json["status"]?.string {
        case "ok": statement = .ok
        case let status? where ["waiting", "pending", "running"].contains(status): statement = .waiting(status)
        case "canceled", "cancelled": statement = .cancelled
        case "error": statement = .failed(code: code)
        case let status?:
            let isKnown = code.flatMap(ErrorMeaning.init(code:)) != nil
            statement = isKnown ? .failed(code: code) : .unknown(Self.cut(status))
        case nil:
            guard let code else { return nil }
            statement = .failed(code: code)
        }
        self.json = json
    }

    private static func cut(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximumTextLength)))
    }

    /// An integer, also as a string.
    private static func errorCode(_ json: JSON?) -> Int? {
        guard let json else { return nil }
        return json.integer.map(Int.init) ?? json.string.flatMap { Int($0) }
    }
}
