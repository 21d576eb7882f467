import DequeModule

/// The order of an endpoint's deliveries: of one session's, only the earliest event's that is not over may begin, and
/// only when none of the others is under way.
struct SessionOrder: Sendable {
    /// The deliveries of a session that are not over, by event. They are few: a session has few events.
    private struct Line: Sendable {
        var open: Deque<(event: EventID, id: DeliveryID)> = []
        var underWay = 0

        /// Where an event stands, or belongs.
        func position(of event: EventID) -> Int {
            var (low, high) = (0, open.count)
            while low < high {
                let middle = (low + high) / 2
                if open[middle].event < event { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private var lines: [SessionID: Line] = [:]

    mutating func insert(_ id: DeliveryID, of event: EventID, in session: SessionID) {
        var line = lines.removeValue(forKey: session) ?? Line()
        line.open.insert((event, id), at: line.position(of: event))
        lines[session] = line
    }

    mutating func remove(_ id: DeliveryID, of event: EventID, in session: SessionID) {
        guard var line = lines.removeValue(forKey: session) else { return }
        var position = line.position(of: event)
        while position < line.open.count, line.open[position].id != id { position += 1 }
        if position < line.open.count { line.open.remove(at: position) }
        if !line.open.isEmpty { lines[session] = line }
    }

    mutating func began(in session: SessionID) {
        lines[session]?.underWay += 1
    }

    mutating func ended(in session: SessionID) {
        lines[session]?.underWay -= 1
    }

    /// The only delivery of the session that may begin.
    func next(in session: SessionID) -> DeliveryID? {
        guard let line = lines[session], line.underWay == 0 else { return nil }
        return line.open.first?.id
    }
}
