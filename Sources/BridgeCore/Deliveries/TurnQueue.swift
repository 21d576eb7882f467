/// Endpoints that want a slot, in turn: next is the client that holds the fewest slots, and of its endpoints the one
/// that holds the fewest; among equals who has waited longest.
///
/// So who hangs falls behind, and a client with many endpoints gets no more than one with few.
struct TurnQueue: Sendable {
    /// A place in the queue; the least is next.
    struct Turn: Comparable, Sendable {
        var held: Int
        /// Rises with each place that is given.
        let since: Int

        static func < (lhs: Turn, rhs: Turn) -> Bool {
            (lhs.held, lhs.since) < (rhs.held, rhs.since)
        }
    }

    private struct Party: Sendable {
        var held = 0
        var endpoints = IndexedHeap<EndpointID, Turn>()
    }

    private var parties: [ClientID: Party] = [:]
    private var turns = IndexedHeap<ClientID, Turn>()

    /// Who is next.
    struct Head: Sendable {
        let client: ClientID
        let turn: Turn
        let endpoint: EndpointID
        let endpointTurn: Turn
    }

    var head: Head? {
        guard let first = turns.first, let endpoint = parties[first.key]?.endpoints.first else { return nil }
        return Head(client: first.key, turn: first.priority, endpoint: endpoint.key, endpointTurn: endpoint.priority)
    }

    /// A client holds more slots, or fewer.
    mutating func hold(_ change: Int, of client: ClientID) {
        guard change != 0 else { return }
        parties[client, default: Party()].held += change
        if var turn = turns.priority(of: client) {
            turn.held += change
            turns.set(client, to: turn)
        }
        dropIfIdle(client)
    }

    /// An endpoint wants a slot; one that waits already keeps its place among equals.
    mutating func join(_ endpoint: EndpointID, of client: ClientID, holding held: Int, since: Int) {
        let waiting = parties[client]?.endpoints.priority(of: endpoint)
        parties[client, default: Party()].endpoints.set(endpoint, to: Turn(held: held, since: waiting?.since ?? since))
        if turns.priority(of: client) == nil {
            turns.set(client, to: Turn(held: parties[client]?.held ?? 0, since: since))
        }
    }

    /// An endpoint wants no slot.
    mutating func leave(_ endpoint: EndpointID, of client: ClientID) {
        parties[client]?.endpoints.remove(endpoint)
        if parties[client]?.endpoints.isEmpty == true { turns.remove(client) }
        dropIfIdle(client)
    }

    /// A client has had its turn: it goes behind its equals.
    mutating func postpone(_ client: ClientID, since: Int) {
        if let turn = turns.priority(of: client) { turns.set(client, to: Turn(held: turn.held, since: since)) }
    }

    private mutating func dropIfIdle(_ client: ClientID) {
        if let party = parties[client], party.held == 0, party.endpoints.isEmpty { parties[client] = nil }
    }
}
