import Testing

@testable import BridgeCore

@Suite("What news mean")
struct NewsReaderTests {
    let sessions = (0..<6).map { SessionID(stored: "ses_\($0)") }
    let now = Timestamp(milliseconds: 1_000_000)

    func news(open: some Sequence<SessionID>) -> News {
        var news = News()
        news.open = Array(open)
        return news
    }

    @Test("what another instance did is passed on")
    func others() {
        var reader = NewsReader()
        var news = News()
        news.cancelRequested = [sessions[0]]
        news.ended = [sessions[1]]
        news.hasOrphans = true
        news.hasParts = true
        let reading = reader.read(news, isKnown: { _ in true }, isQueued: { _ in true })
        #expect(reading.cancelled == [sessions[0]] && reading.ended == [sessions[1]])
        #expect(reading.adopts && reading.continuesParts)
    }

    @Test("what the others have left for two looks is taken over by whoever looks next, all of it")
    func orphans() {
        var reader = NewsReader()
        func look(orphans: Bool) -> NewsReader.Reading {
            var news = News()
            news.hasOrphans = orphans
            return reader.read(news, isKnown: { _ in true }, isQueued: { _ in true })
        }
        let readings = (0..<3).map { _ in look(orphans: true) }
        #expect(readings.map(\.adopts) == [true, true, true])
        #expect(readings.map(\.adoptsAll) == [false, false, true])
        _ = look(orphans: false)
        #expect(!look(orphans: true).adoptsAll)
    }

    @Test("a session that is ours and stays unknown for a second is missing, once")
    func missing() {
        var reader = NewsReader()
        let known: (SessionID) -> Bool = { $0 == self.sessions[0] }
        #expect(reader.read(news(open: sessions.prefix(2)), isKnown: known, isQueued: { _ in true }).missing == [])
        #expect(
            reader.read(news(open: sessions.prefix(2)), isKnown: known, isQueued: { _ in true }).missing == [
                sessions[1]
            ])
        #expect(reader.read(news(open: sessions.prefix(2)), isKnown: known, isQueued: { _ in true }).missing == [])
    }

    @Test("one that was told of meanwhile is not")
    func told() {
        var reader = NewsReader()
        _ = reader.read(news(open: sessions.prefix(2)), isKnown: { _ in false }, isQueued: { _ in true })
        #expect(reader.read(news(open: []), isKnown: { _ in true }, isQueued: { _ in true }).missing == [])
    }

    @Test("what is ours is looked at in parts, again and again")
    func parts() {
        var reader = NewsReader(limit: 2)
        var seen: [SessionID?] = []
        for part in [sessions[0...1], sessions[2...3], sessions[4...4], sessions[0...1]] {
            seen.append(reader.query(waitedFor: [], at: now).sessionsAfter)
            _ = reader.read(news(open: part), isKnown: { _ in true }, isQueued: { _ in true })
        }
        #expect(seen == [nil, sessions[1], sessions[3], nil])
    }

    @Test("a delivery is told again when it was unknown before it was read, and not when it ended meanwhile")
    func overdue() {
        let deliveries = (0..<3).map { due("\($0)") }
        var reader = NewsReader(limit: 2)
        var news = News()
        func told(_ overdue: [DueDelivery], queued: Set<DeliveryID> = []) -> [DueDelivery] {
            news.overdue = overdue
            return reader.read(news, isKnown: { _ in true }, isQueued: queued.contains).overdue
        }
        // Of two, one is under way; the third is on the next part.
        #expect(told([deliveries[0], deliveries[1]], queued: [deliveries[0].id]) == [])
        #expect(told([deliveries[2]]) == [])
        // The first has ended since it was read.
        #expect(told([deliveries[0], deliveries[1]]) == [deliveries[1]])
        // The third has ended before it was read, and is due anew later.
        #expect(told([]) == [])
        #expect(told([deliveries[0]]) == [deliveries[0]])
        #expect(told([deliveries[2]]) == [])
    }
}
