/// Shares the slots for attempts among the endpoints that want one.
///
/// A doubtful endpoint's attempt begins only while such endpoints hold less than half of the slots, or none for its
/// client; a trusted endpoint's second and further ones only while more than a quarter of the slots is free. So
/// receivers that fail, hang or stall leave room to those that work, and those that begin to hang lose their trust
/// before they have taken all. Next is the client that holds the fewest slots; among doubtful ones only such count.
struct SlotQueue: Sendable {
    private let limits: DispatchLimits
    private var claims: [EndpointID: SlotClaim] = [:]
    private var lines = SlotClaim.Line.allCases.map { _ in TurnQueue() }
    private var doubtfulInFlight = 0
    private var heldByClient: [ClientID: Int] = [:]
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
        let change = (claim?.inFlight ?? 0) - (before?.inFlight ?? 0)
        let doubtfulChange = (claim?.doubtful ?? 0) - (before?.doubtful ?? 0)
        inFlight += change
        doubtfulInFlight += doubtfulChange
        let held = heldByClient[client, default: 0] + change
        heldByClient[client] = held == 0 ? nil : held
        places += 1
        for line in SlotClaim.Line.allCases {
            lines[line.rawValue].hold(line == .doubtful ? doubtfulChange : change, of: client)
            if let claim, claim.line == line {
                lines[line.rawValue].join(endpoint, of: client, holding: claim.inFlight, since: places)
            } else {
                lines[line.rawValue].leave(endpoint, of: client)
            }
        }
    }

    /// The endpoint that gets the next slot. Its attempt begins: its claim is to be set anew.
    mutating func next() -> EndpointID? {
        guard inFlight < limits.maximumConcurrent else { return nil }
        var best: (line: SlotClaim.Line, head: TurnQueue.Head, turn: TurnQueue.Turn)?
        for line in SlotClaim.Line.allCases {
            guard let head = lines[line.rawValue].head, isOpen(line, to: head) else { continue }
            // A client's place among those of all lines: all that it holds counts.
            let turn = TurnQueue.Turn(held: heldByClient[head.client, default: 0], since: head.turn.since)
            if let best, (best.turn, best.head.endpointTurn) < (turn, head.endpointTurn) { continue }
            best = (line, head, turn)
        }
        guard let best else { return nil }
        places += 1
        lines[best.line.rawValue].leave(best.head.endpoint, of: best.head.client)
        for line in lines.indices { lines[line].postpone(best.head.client, since: places) }
        return best.head.endpoint
    }

    private func isOpen(_ line: SlotClaim.Line, to head: TurnQueue.Head) -> Bool {
        switch line {
        case .first: true
        case .further: inFlight < limits.maximumBeforeScarce
        case .doubtful: doubtfulInFlight < limits.maximumDoubtful || head.turn.held == 0
        }
    }
}
