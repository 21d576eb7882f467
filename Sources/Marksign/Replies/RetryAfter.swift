/// A `Retry-After` field (RFC 9110 section 10.2.3).
public enum RetryAfter: Hashable, Sendable {
    /// So many seconds from now, at most ``maximumSeconds``.
    case seconds(Int)
    /// At this time, in seconds since 1970-01-01 UTC.
    case date(epochSeconds: Int)

    /// Larger numbers of seconds are cut to this, some 68 years; what waits sets its own, lower bound.
    public static let maximumSeconds = 2_147_483_647

    /// Reads a number of seconds or an HTTP date in any of its three forms; nil for anything else.
    public static func parse(_ value: String) -> RetryAfter? {
        let words = value.split { $0 == " " || $0 == "\t" }
        guard let first = words.first else { return nil }
        if words.count == 1, first.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return .seconds(min(Int(first) ?? maximumSeconds, maximumSeconds))
        }
        return HTTPDate.epochSeconds(words.map(String.init)).map(RetryAfter.date(epochSeconds:))
    }

    /// How long to wait, zero for a time that is past.
    ///
    /// - Parameter now: Seconds since 1970-01-01 UTC.
    public func delay(now: Int) -> Duration {
        switch self {
        case .seconds(let seconds): .seconds(seconds)
        case .date(let date): max(.seconds(date) - .seconds(now), .zero)
        }
    }
}
