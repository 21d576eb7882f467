/// What an instance asks the store once a second: what others may have done to its sessions and deliveries, and what it
/// may never have heard of because the answer to a commit was lost.
public struct NewsQuery: Sendable, Equatable {
    /// Sessions, whoever owns them, for whose ends callers wait.
    public let waitedFor: [SessionID]
    /// Its open sessions after this one are listed.
    public let sessionsAfter: SessionID?
    /// Its pending deliveries after this one are listed.
    public let deliveriesAfter: DeliveryID?
    /// Only those deliveries that were due before.
    public let dueBefore: Timestamp
    /// The most entries of either list.
    public let limit: Int

    /// A question.
    public init(
        waitedFor: [SessionID], sessionsAfter: SessionID?, deliveriesAfter: DeliveryID?, dueBefore: Timestamp,
        limit: Int
    ) {
        self.waitedFor = waitedFor
        self.sessionsAfter = sessionsAfter
        self.deliveriesAfter = deliveriesAfter
        self.dueBefore = dueBefore
        self.limit = limit
    }
}

/// What there is to know of the instance's own and of the others'.
public struct News: Sendable, Equatable {
    /// Its pending sessions that a client wants cancelled.
    public var cancelRequested: [SessionID] = []
    /// Those that are waited for and are open no more.
    public var ended: [SessionID] = []
    /// A part of its open sessions, by id.
    public var open: [SessionID] = []
    /// A part of its pending deliveries that have been due for long, by id.
    public var overdue: [DueDelivery] = []
    /// Whether something belongs to an instance that is there no more.
    public var hasOrphans = false
    /// Whether a recovery or an alignment is recorded and not done.
    public var hasParts = false

    /// Nothing new.
    public init() {}
}
