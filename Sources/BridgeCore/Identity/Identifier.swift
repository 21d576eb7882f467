/// The id of a thing that the bridge made: a prefix that names its kind, and 26 characters that sort by the time of
/// making.
///
/// The characters are those of a ULID in lower case: 48 bits of milliseconds, then 80 random bits, in Crockford's
/// base 32. An id holds no full stop, so it may stand in a signed webhook's content.
public struct Identifier<Kind: IdentifierKind>: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The id as it is stored and shown, such as `ses_01jd7c…`.
    public let rawValue: String

    /// Takes over an id that was made earlier; `nil` when it has not the form of one.
    public init?(_ rawValue: some StringProtocol) {
        let bytes = rawValue.utf8
        guard bytes.count == Kind.prefix.utf8.count + 26, rawValue.hasPrefix(Kind.prefix),
            bytes.suffix(26).allSatisfy({ CrockfordBase32.alphabet.contains($0) })
        else { return nil }
        self.rawValue = String(rawValue)
    }

    /// Takes over an id that the store returned.
    public init(stored rawValue: String) {
        self.rawValue = rawValue
    }

    /// Makes a new id from the time and 80 random bits.
    public init(at time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(clamping: time.milliseconds)
        let low: UInt64 = generator.next()
        let high = UInt64(truncatingIfNeeded: generator.next() as UInt64) & 0xFFFF
        var characters = Array(Kind.prefix.utf8)
        characters.reserveCapacity(characters.count + 26)
        CrockfordBase32.append(milliseconds & 0xFFFF_FFFF_FFFF, digits: 10, to: &characters)
        // 80 bits as two groups of 40: eight digits each.
        CrockfordBase32.append(high << 24 | low >> 40, digits: 8, to: &characters)
        CrockfordBase32.append(low & 0xFF_FFFF_FFFF, digits: 8, to: &characters)
        rawValue = String(decoding: characters, as: UTF8.self)
    }

    /// The id as it is shown.
    public var description: String { rawValue }

    /// The order of making.
    public static func < (lhs: Identifier, rhs: Identifier) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

/// Names a kind of ``Identifier`` by its prefix.
public protocol IdentifierKind: Sendable {
    /// What every id of the kind begins with, its underscore included.
    static var prefix: String { get }
}

/// Kinds of ids.
public enum Kinds {
    /// A client: `cli_…`.
    public enum Client: IdentifierKind {
        /// `cli_`
        public static let prefix = "cli_"
    }
    /// A session: `ses_…`.
    public enum Session: IdentifierKind {
        /// `ses_`
        public static let prefix = "ses_"
    }
    /// An event: `evt_…`.
    public enum Event: IdentifierKind {
        /// `evt_`
        public static let prefix = "evt_"
    }
    /// An endpoint: `end_…`.
    public enum Endpoint: IdentifierKind {
        /// `end_`
        public static let prefix = "end_"
    }
    /// A delivery: `dlv_…`.
    public enum Delivery: IdentifierKind {
        /// `dlv_`
        public static let prefix = "dlv_"
    }
    /// An attempt: `att_…`.
    public enum Attempt: IdentifierKind {
        /// `att_`
        public static let prefix = "att_"
    }
    /// An instance: `ins_…`.
    public enum Instance: IdentifierKind {
        /// `ins_`
        public static let prefix = "ins_"
    }
}

/// The id of a client.
public typealias ClientID = Identifier<Kinds.Client>
/// The id of a session.
public typealias SessionID = Identifier<Kinds.Session>
/// The id of an event; also the `webhook-id` of its deliveries.
public typealias EventID = Identifier<Kinds.Event>
/// The id of an endpoint.
public typealias EndpointID = Identifier<Kinds.Endpoint>
/// The id of a delivery.
public typealias DeliveryID = Identifier<Kinds.Delivery>
/// The id of an attempt.
public typealias AttemptID = Identifier<Kinds.Attempt>
/// The id of an instance: a process, for as long as its lease.
public typealias InstanceID = Identifier<Kinds.Instance>

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`.
enum CrockfordBase32 {
    static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func append(_ value: UInt64, digits: Int, to characters: inout [UInt8]) {
        for place in stride(from: (digits - 1) * 5, through: 0, by: -5) {
            characters.append(alphabet[Int(value >> UInt64(place) & 31)])
        }
    }
}
