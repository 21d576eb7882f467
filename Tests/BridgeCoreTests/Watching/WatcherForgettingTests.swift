import BridgeCore
import Marksign
import Testing

extension WatcherTests {
    @Test("what is forgotten is polled no more, its answers change nothing, and it may come again")
    func forgetAll() {
        var watcher = watcher()
        watcher.open(session("a"), startedElsewhere: true, at: moment(0))
        watcher.advance(to: moment(0.1))
        guard case .poll(let handle, _) = watcher.takeEffects().first else {
            Issue.record("no poll")
            return
        }
        watcher.open(session("b"), startedElsewhere: true, at: moment(0.1))
        watcher.forgetAll()
        watcher.polled(handle, .ended(.userRefused, upstreamCode: 1), at: moment(1))
        #expect(watcher.statistics.openSessions == 0 && watcher.statistics.requestsInFlight <= 1)
        #expect(!watcher.takeEffects().contains { if case .end = $0 { true } else { false } })
        let open = OpenSession(session: session("a", age: 1, at: 1), cancelRequested: false)
        watcher.resume([open], at: moment(1))
        #expect(watcher.knows(open.session.id))
        #expect(run(&watcher, from: 1, to: 9) { _, _ in .waiting(status: "waiting") }.polls.count > 1)
    }

    @Test("starts that wait are refused when all is forgotten, and none is sent without a share")
    func forgottenStarts() {
        var watcher = watcher(concurrency: 1)
        watcher.setRate(0, until: nil, at: moment(0))
        _ = watcher.requestStart(of: client, at: moment(0))
        #expect(watcher.takeEffects().isEmpty)
        watcher.forgetAll()
        guard case .refuseStart = watcher.takeEffects().first else {
            Issue.record("the start waits on")
            return
        }
        watcher.setRate(100, until: nil, at: moment(1))
        watcher.advance(to: moment(2))
        #expect(watcher.takeEffects().isEmpty)
    }
}
