import StrictJSON

/// What a client attached to a session: pairs of strings, in the order in which they came.
public struct Metadata: Sendable, Equatable {
    /// The pairs.
    public let pairs: [Pair]

    /// A pair of strings.
    public struct Pair: Sendable, Equatable {
        /// At most 40 characters.
        public let key: String
        /// At most 500 characters.
        public let value: String

        /// A pair.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// No pairs.
    public static let none = Metadata(pairs: [])
    /// The most pairs there may be.
    public static let maximumPairs = 50
    /// The most characters of a key.
    public static let maximumKeyLength = 40
    /// The most characters of a value.
    public static let maximumValueLength = 500
    /// The most bytes of all keys and values.
    public static let maximumBytes = 16 * 1024

    /// Pairs that were checked before.
    public init(pairs: [Pair]) {
        self.pairs = pairs
    }

    /// Writes the pairs as members of a JSON object.
    public func writeMembers(to writer: inout JSONObjectWriter) {
        for pair in pairs { writer.member(pair.key, pair.value) }
    }

    /// The pairs as the text of a JSON object.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writeMembers(to: &$0) }
        return writer.bytes
    }

    /// Reads what ``json`` wrote.
    public init(json: [UInt8]) {
        let members = (try? JSON.parse(json))?.members ?? []
        pairs = members.map { Pair(key: $0.key, value: $0.value.string ?? "") }
    }
}
