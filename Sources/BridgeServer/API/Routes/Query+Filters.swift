import BridgeCore

extension Query {
    /// The value of a parameter that is an id.
    func identifier<Kind>(_ name: String) throws(Problem) -> Identifier<Kind>? {
        try value(name, "an id that begins with \(Kind.prefix)") { Identifier<Kind>($0) }
    }

    /// The part of time from `since` to before `until`.
    func timeRange() throws(Problem) -> TimeRange {
        TimeRange(since: try time("since"), until: try time("until"))
    }

    private func time(_ name: String) throws(Problem) -> Timestamp? {
        try value(name, "a time as in RFC 3339") { Timestamp(rfc3339: $0) }
    }
}
