/// Decides what news mean for one instance. A pure machine.
///
/// The lists of what the instance owns come in parts, one a second, and begin anew at their ends.
public struct NewsReader: Sendable {
    /// What is to be done.
    public struct Reading: Sendable, Equatable {
        /// Sessions to cancel.
        public var cancelled: [SessionID] = []
        /// Sessions that have ended, for those who wait for them.
        public var ended: [SessionID] = []
        /// Sessions to read from the store and to watch: they are the instance's, and it does not know them.
        public var missing: [SessionID] = []
        /// Deliveries to attempt: they are the instance's and due for long, and it does not know them.
        public var overdue: [DueDelivery] = []
        /// Whether to take over a part of what belongs to nobody.
        public var adopts = false
        /// Whether to take over all of it: the others had the time to take their parts.
        public var adoptsAll = false
        /// Whether to go on with recoveries and alignments.
        public var continuesParts = false
    }

    /// Deliveries that have been due for longer may be unknown.
    static let patience: Duration = .seconds(10)

    /// An instance that does not look at the same moments has looked once before this one has looked twice more.
    static let looksForOthers = 2

    private let limit: Int
    private var looksWithOrphans = 0
    private var lastSession: SessionID?
    private var lastDelivery: DeliveryID?
    /// Open sessions of the instance that it did not know when it looked last. What is stored may be told a moment
    /// later.
    private var suspects: Set<SessionID> = []
    /// The same of deliveries. What is read may be over by now: told again, it would be sent again.
    private var doubtful: Set<DeliveryID> = []

    /// A reader that has seen nothing yet.
    ///
    /// - Parameter limit: How many sessions and deliveries it looks at in a second.
    public init(limit: Int = 500) {
        self.limit = limit
    }

    /// What to ask now.
    public func query(waitedFor: [SessionID], at time: Timestamp) -> NewsQuery {
        NewsQuery(
            waitedFor: waitedFor, sessionsAfter: lastSession, deliveriesAfter: lastDelivery,
            dueBefore: time - Self.patience, limit: limit)
    }

    /// What to do about the answer.
    ///
    /// - Parameters:
    ///   - isKnown: Whether a session is watched or started by the instance.
    ///   - isQueued: Whether a delivery waits or is under way in the instance.
    public mutating func read(
        _ news: News, isKnown: (SessionID) -> Bool, isQueued: (DeliveryID) -> Bool
    ) -> Reading {
        var reading = Reading()
        reading.cancelled = news.cancelRequested
        reading.ended = news.ended
        reading.missing = suspects.filter { !isKnown($0) }.sorted()
        let unknown = news.overdue.filter { !isQueued($0.id) }
        reading.overdue = unknown.filter { doubtful.contains($0.id) }
        let end = news.overdue.count < limit ? nil : news.overdue.last?.id
        doubtful = doubtful.filter { id in lastDelivery.map { id <= $0 } ?? false || end.map { id > $0 } ?? false }
        doubtful.formUnion(unknown.map(\.id))
        looksWithOrphans = news.hasOrphans ? looksWithOrphans + 1 : 0
        reading.adopts = news.hasOrphans
        reading.adoptsAll = looksWithOrphans > Self.looksForOthers
        reading.continuesParts = news.hasParts
        suspects = Set(news.open.filter { !isKnown($0) }).subtracting(reading.missing)
        lastSession = news.open.count < limit ? nil : news.open.last
        lastDelivery = end
        return reading
    }
}
