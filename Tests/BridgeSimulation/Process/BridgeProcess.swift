import BridgeCore
import Marksign

/// One process of the bridge: the production machines, and a shell that performs their steps in the simulated world.
final class BridgeProcess {
    let number: Int
    unowned let world: World
    private(set) var isAlive = true
    /// It is stopped until then, and does not know it.
    var pausedUntil: Tick?
    /// Another process has followed it.
    var isZombie = false
    /// Whether clients reach it.
    private(set) var isReady = false
    /// Requests to Marksign.
    var requestsInFlight = 0
    var lastCommit = Tick(nanoseconds: 0)
    private var watcher: Watcher
    private var dispatcher: Dispatcher
    private var wakes: [Tick?] = [nil, nil]
    var permits: [StartTicket: (StartTicket?) -> Void] = [:]
    /// Callers whose connection breaks when the process dies, by number.
    private var callers: [Int: (Reply) -> Void] = [:]
    private var lastCaller = 0
    /// What is between the receiver and the store.
    var attemptsUnderWay: [DeliveryID] = []
    /// What is done in parts is wanted, or under way.
    var wantsParts = false, performsParts = false
    var waiters: [SessionID: [() -> Void]] = [:]
    let rules = WatchRules()

    init(number: Int, world: World) {
        self.number = number
        self.world = world
        // The mutant believes that it has waited for long enough already.
        let since = world.mutation == .beginsFull ? world.now - .seconds(10) : world.now
        watcher = Watcher(
            rules: rules,
            limits: UpstreamLimits(
                ratePerSecond: world.plan.ratePerSecond, maximumConcurrent: world.plan.maximumConcurrent),
            seed: world.chance.bits(), at: since)
        let longest = max(world.plan.policy.schedule.max() ?? .zero, RetryPolicy.maximumRetryAfter)
        dispatcher = Dispatcher(
            limits: DispatchLimits(longestWait: longest * (1 + RetryPolicy.maximumJitter)), at: world.now)
    }

    // MARK: Life

    /// Takes over what is in the store. A store that refuses ends the process, and another tries.
    func boot() {
        write({ $0.adoptOpenSessions() }) { [self] result in
            guard case .success(let open) = result else { return restart() }
            let pending = open.filter { $0.session.status == .pending }
            if world.mutation != .forgetsSessions { resume(pending) }
            for session in open.map(\.session) where session.status == .starting { endUnanswered(session) }
            resumeDeliveries(after: nil)
        }
    }

    /// In pages, while sessions that end already make others.
    private func resumeDeliveries(after last: DeliveryID?) {
        let limit = 5
        read({ $0.pendingDeliveries(after: last, limit: limit) }) { [self] result in
            guard case .success(let page) = result else { return restart() }
            if world.mutation != .forgetsDeliveries { drive { $0.resume(page, at: $1) } }
            if page.count == limit { return resumeDeliveries(after: page.last?.id) }
            drive { $0.resumed(at: $1) }
            isReady = true
            catchUp()
        }
    }

    private func restart() {
        guard isAlive else { return }
        if isZombie { world.endTakeover() } else { world.crash() }
    }

    private func resume(_ sessions: [OpenSession]) {
        guard world.mutation == .trustsItsMemory else { return drive { $0.resume(sessions, at: $1) } }
        for open in sessions { drive { $0.open(open.session, startedElsewhere: true, at: $1) } }
    }

    /// The process is gone, with all that was not on disk.
    func die() {
        isAlive = false
        world.note("dies", "\(number)")
        for id in attemptsUnderWay { world.witness.cut(id) }
        for caller in callers.sorted(by: { $0.key < $1.key }) { caller.value(.reset) }
        callers.removeAll()
    }

    // MARK: Machines

    func drive(_ input: (inout Watcher, Moment) -> Void) {
        input(&watcher, world.moment)
        for effect in watcher.takeEffects() { perform(effect) }
        wake(0, at: watcher.wakeAt) { [self] in drive { (watcher: inout Watcher, now) in watcher.advance(to: now) } }
    }

    func drive(_ input: (inout Dispatcher, Moment) -> Void) {
        input(&dispatcher, world.moment)
        for id in dispatcher.takeEffects() { attempt(id) }
        wake(1, at: dispatcher.wakeAt) { [self] in
            drive { (dispatcher: inout Dispatcher, now) in dispatcher.advance(to: now) }
        }
    }

    func requestStart(of client: ClientID, then: @escaping (StartTicket?) -> Void) {
        let ticket = watcher.requestStart(of: client, at: world.moment)
        permits[ticket] = then
        drive { (_: inout Watcher, _) in }
    }

    private func wake(_ machine: Int, at time: Tick?, _ action: @escaping () -> Void) {
        guard let time, wakes[machine].map({ time < $0 }) ?? true else { return }
        wakes[machine] = time
        world.at(time, in: self) { [self] in
            // Another may have been planned for earlier meanwhile.
            guard wakes[machine] == time else { return }
            wakes[machine] = nil
            action()
        }
    }

    // MARK: Callers

    /// Takes a caller, whose answer is on its way after a moment. It has one, or its connection breaks.
    func accept(_ reply: @escaping (Reply) -> Void) -> (Reply) -> Void {
        lastCaller += 1
        let number = lastCaller
        callers[number] = reply
        return { [self] answer in
            world.after(.milliseconds(1), in: self) { [self] in callers.removeValue(forKey: number)?(answer) }
        }
    }
}
