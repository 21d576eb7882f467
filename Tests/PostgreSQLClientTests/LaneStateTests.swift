import Testing

@testable import PostgreSQLClient

@Suite("What a lane decides")
struct LaneStateTests {
    private let start = ContinuousClock.now
    private let refused = PostgreSQLError(.unavailable, message: "refused")

    private func work(expires: ContinuousClock.Instant) -> Work {
        Work(expires: expires, run: { _ in nil }, fail: { _ in })
    }

    /// A lane whose workers, none connected, are all free.
    private func lane(workers: Int) -> LaneState {
        var lane = LaneState(workers: workers, backoff: Backoff(base: .seconds(1), cap: .seconds(8)))
        for worker in 0..<workers {
            guard case (.pause, _) = lane.next(for: worker, isConnected: false, didWork: false, at: start) else {
                Issue.record("there is nothing to do yet")
                continue
            }
        }
        return lane
    }

    private func isConnect(_ step: LaneState.Step) -> Bool {
        if case .connect = step { true } else { false }
    }

    @Test("After a failure one worker tries again when the backoff is over, and no other")
    func oneAtATime() throws {
        var lane = lane(workers: 3)
        let later = start.advanced(by: .seconds(60))
        #expect(lane.submit(work(expires: later), at: start)?.wake == [2])
        #expect(lane.submit(work(expires: later), at: start)?.wake == [1])
        #expect(isConnect(lane.next(for: 2, isConnected: false, didWork: false, at: start).0))
        #expect(isConnect(lane.next(for: 1, isConnected: false, didWork: false, at: start).0))
        _ = lane.didFailToConnect(refused, at: start, random: 1)
        _ = lane.didFailToConnect(refused, at: start, random: 1)
        for worker in 1...2 {
            #expect(!isConnect(lane.next(for: worker, isConnected: false, didWork: false, at: start).0))
        }
        // Two failures: at most two seconds.
        let again = start.advanced(by: .seconds(2))
        #expect(lane.tick(at: start).next == again)
        #expect(lane.submit(work(expires: later), at: start)?.wake == [])
        #expect(lane.tick(at: again).0.wake == [2])
        #expect(isConnect(lane.next(for: 2, isConnected: false, didWork: false, at: again).0))
        #expect(lane.tick(at: again).0.wake == [])
        // It works: the next one may.
        #expect(lane.didConnect().wake == [1])
        #expect(isConnect(lane.next(for: 1, isConnected: false, didWork: false, at: again).0))
    }

    @Test("Connected workers are preferred, the one that was free last first")
    func preference() {
        var lane = lane(workers: 3)
        let later = start.advanced(by: .seconds(60))
        #expect(lane.submit(work(expires: later), at: start)?.wake == [2])
        #expect(lane.submit(work(expires: later), at: start)?.wake == [1])
        for worker in [2, 1] {
            #expect(isConnect(lane.next(for: worker, isConnected: false, didWork: false, at: start).0))
        }
        for worker in [2, 1] {
            _ = lane.didConnect()
            _ = lane.next(for: worker, isConnected: true, didWork: false, at: start)
        }
        for worker in [1, 2] { _ = lane.next(for: worker, isConnected: true, didWork: true, at: start) }
        #expect(lane.submit(work(expires: later), at: start)?.wake == [2])
        #expect(lane.submit(work(expires: later), at: start)?.wake == [1])
        #expect(lane.submit(work(expires: later), at: start)?.wake == [0])
        #expect(lane.submit(work(expires: later), at: start)?.wake == [])
    }

    @Test("What waits for too long is given up in its order, with the reason")
    func expiry() {
        var lane = lane(workers: 1)
        for seconds in [1, 2] { _ = lane.submit(work(expires: start.advanced(by: .seconds(seconds))), at: start) }
        _ = lane.next(for: 0, isConnected: false, didWork: false, at: start)
        _ = lane.didFailToConnect(refused, at: start, random: 1)
        let (early, next) = lane.tick(at: start.advanced(by: .milliseconds(999)))
        #expect(early.failed.isEmpty && next == start.advanced(by: .seconds(1)))
        let (effects, after) = lane.tick(at: start.advanced(by: .seconds(1)))
        #expect(effects.failed.count == 1 && effects.error.message.hasSuffix(": refused"))
        #expect(after == start.advanced(by: .seconds(2)))
    }

    @Test("A failure that lasts is told to all who wait, unless another connection works")
    func lasting() {
        let denied = PostgreSQLError(.denied, message: "denied")
        var lane = lane(workers: 2)
        let later = start.advanced(by: .seconds(60))
        for _ in 0..<3 { _ = lane.submit(work(expires: later), at: start) }
        _ = lane.next(for: 0, isConnected: false, didWork: false, at: start)
        _ = lane.next(for: 1, isConnected: false, didWork: false, at: start)
        _ = lane.didConnect()
        #expect(lane.didFailToConnect(denied, at: start, random: 1).failed.isEmpty)
        lane.didDisconnect()
        _ = lane.next(for: 0, isConnected: false, didWork: false, at: start.advanced(by: .seconds(9)))
        #expect(lane.didFailToConnect(denied, at: start, random: 1).failed.count == 3)
        #expect(lane.waiting.isEmpty)
    }

    @Test("A lane that is cut refuses what waits and what comes back, and does not wait for who connects")
    func cut() throws {
        var lane = lane(workers: 3)
        let work = work(expires: start.advanced(by: .seconds(60)))
        for _ in 0..<3 { _ = lane.submit(work, at: start) }
        for worker in 1...2 {
            #expect(isConnect(lane.next(for: worker, isConnected: false, didWork: false, at: start).0))
        }
        _ = lane.didConnect()
        guard case (.run, _) = lane.next(for: 2, isConnected: true, didWork: false, at: start) else {
            Issue.record("it does not run")
            return
        }
        let effects = lane.cut()
        #expect(effects.failed.count == 2 && effects.error.message == "the pool is closed")
        #expect(lane.submit(work, at: start) == nil)
        #expect(lane.giveBack(work, after: refused, at: start, random: 1).failed.count == 1)
        for worker in [0, 2] {
            guard case (.stop, _) = lane.next(for: worker, isConnected: false, didWork: false, at: start) else {
                Issue.record("worker \(worker) goes on")
                return
            }
            #expect(!lane.isOver)
            _ = lane.didStop()
        }
        #expect(lane.isOver)
    }
}
