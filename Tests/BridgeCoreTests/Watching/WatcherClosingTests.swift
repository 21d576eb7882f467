import BridgeCore
import Marksign
import Testing

extension WatcherTests {
    @Test("when the process ends, what idles is forgotten at once, and what is under way when it has no outcome")
    func closing() throws {
        var watcher = watcher()
        for name in ["waits", "ends"] { watcher.open(session(name), startedElsewhere: true, at: moment(0)) }
        watcher.advance(to: moment(0.1))
        let polls = watcher.takeEffects().compactMap { effect in
            if case .poll(let handle, let session) = effect { (handle, session.id) } else { nil }
        }
        watcher.open(session("idles"), startedElsewhere: false, at: moment(0.1))
        watcher.close()
        #expect(watcher.sessions.sorted() == [session("ends").id, session("waits").id])

        watcher.open(session("new"), startedElsewhere: true, at: moment(0.2))
        for (handle, id) in polls {
            let isOver = id == session("ends").id
            watcher.polled(
                handle, isOver ? .ended(.userRefused, upstreamCode: 1) : .waiting(status: "w"), at: moment(1))
        }
        #expect(watcher.sessions == [session("ends").id])
        watcher.advance(to: moment(200))
        let effects = watcher.takeEffects()
        guard case .end(let handle, _, _) = effects.first, effects.count == 1 else {
            Issue.record("not one end: \(effects)")
            return
        }
        watcher.forget(handle)
        #expect(watcher.sessions.isEmpty)
    }

    @Test("a start that was accepted before the process ends is sent")
    func startWhileClosing() {
        var watcher = watcher()
        watcher.close()
        _ = watcher.requestStart(of: client, at: moment(0))
        guard case .grantStart = watcher.takeEffects().first else {
            Issue.record("the start is not sent")
            return
        }
    }
}
