/// Shares the slots for attempts among the endpoints that want one.
///
/// Doubtful attempts have a share and turns of their own: clients are equal in either.
struct SlotQueue: Sendable {
    private let limits: DispatchLimits
    private var claims: [EndpointID: SlotClaim] = [:]
    private var trusted = TurnQueue()
    private var doubtful = TurnQueue()
    private var doubtfulInFlight = 0
    private var places = 0

    /// Attempts under way.
    private(set) var inFlight = 0

    init(limits: DispatchLimits) {
        self.limits = limits
    }

    /// An endpoint's claim has changed; `nil` when it has none any more.
    mutating func set(_ claim: SlotClaim?, of endpoint: EndpointID) {
        let before = claims[endpoint]
        guard claim != before, let client = (claim ?? before)?.clientID else { return }
        claims[endpoint] = claim
        let trustedChange = (claim?.trusted ?? 0) - (before?.trusted ?? 0)
        let doubtfulChange = (claim?.doubtful ?? 0) - (before?.doubtful ?? 0)
        inFlight += trustedChange + doubtfulChange
        doubtfulInFlight += doubtfulChange
        trusted.hold(trustedChange, of: client)
        doubtful.hold(doubtfulChange, of: client)
        places += 1
        let wantsMore = claim?.wantsMore ?? false
        let isDoubtful = claim?.nextIsDoubtful ?? false
        let held = claim?.inFlight ?? 0
        if wantsMore && !isDoubtful {
            trusted.join(endpoint, of: client, holding: held, since: places)
        } else {
            trusted.leave(endpoint, of: client)
        }
        if wantsMore && isDoubtful {
            doubtful.join(endpoint, of: client, holding: held, since: places)
        } else {
            doubtful.leave(endpoint, of: client)
        }
    }

    /// The endpoint that gets the next slot. Its attempt begins: its claim is to be set anew.
    mutating func next() -> EndpointID? {
        guard inFlight < limits.maximumConcurrent else { return nil }
        places += 1
        return trustedIsNext ? trusted.takeFirst(since: places) : doubtful.takeFirst(since: places)
    }

    private var trustedIsNext: Bool {
        guard doubtfulInFlight < limits.maximumDoubtful, let other = doubtful.first else { return true }
        guard let one = trusted.first else { return false }
        return turn(of: one) < turn(of: other)
    }

    /// The place of a client among those of both kinds: all that it holds counts.
    private func turn(of next: IndexedHeap<ClientID, TurnQueue.Turn>.Node) -> TurnQueue.Turn {
        let held = trusted.held(by: next.key) + doubtful.held(by: next.key)
        return TurnQueue.Turn(held: held, since: next.priority.since)
    }
}
