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
        let reading = reader.read(news) { _ in true }
        #expect(reading.cancelled == [sessions[0]] && reading.ended == [sessions[1]])
        #expect(reading.adopts && reading.continuesParts)
    }

    @Test("a session that is ours and stays unknown for a second is missing, once")
    func missing() {
        var reader = NewsReader()
        let known: (SessionID) -> Bool = { $0 == self.sessions[0] }
        #expect(reader.read(news(open: sessions.prefix(2)), isKnown: known).missing == [])
        #expect(reader.read(news(open: sessions.prefix(2)), isKnown: known).missing == [sessions[1]])
        #expect(reader.read(news(open: sessions.prefix(2)), isKnown: known).missing == [])
    }

    @Test("one that was told of meanwhile is not")
    func told() {
        var reader = NewsReader()
        _ = reader.read(news(open: sessions.prefix(2))) { _ in false }
        #expect(reader.read(news(open: []), isKnown: { _ in true }).missing == [])
    }

    @Test("what is ours is looked at in parts, again and again")
    func parts() {
        var reader = NewsReader(limit: 2)
        var seen: [SessionID?] = []
        for part in [sessions[0...1], sessions[2...3], sessions[4...4], sessions[0...1]] {
            seen.append(reader.query(waitedFor: [], at: now).sessionsAfter)
            _ = reader.read(news(open: part)) { _ in true }
        }
        #expect(seen == [nil, sessions[1], sessions[3], nil])
    }
}
