@testable import BridgeCore

/// Processes that share a rate through a model of the store, and what happens to them. They send whenever they may.
///
/// Time is in milliseconds; each process has a monotonic clock of its own.
struct SharedRateWorld {
    /// A process, with as much of it as matters here.
    struct Process {
        let number: Int
        let clockOffset: Int64
        var membership: Membership
        var bucket: TokenBucket
        var isDead = false
        /// It does nothing until then.
        var stoppedUntil: Int64 = 0

        func tick(_ time: Int64) -> Tick { Tick(nanoseconds: (time + clockOffset) * 1_000_000) }
    }

    /// A request on its way to the store, or its answer on the way back.
    struct Message {
        let at: Int64
        let process: Int
        let request: LeaseRequest
        let isJoin: Bool
        /// `nil`: on its way to the store.
        let answer: Membership.Answer?
    }

    let maxRate: Double
    private(set) var processes: [Process] = []
    private(set) var sent: [Int64] = []
    private var leases = ModelLeases()
    private var messages: [Message] = []
    private var random: SeededGenerator
    private var now: Int64 = 0
    private var isCalm = false

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        maxRate = [1, 2, 7, 20, 50, 90][Int(random.next() % 6)]
        for _ in 0..<(1 + Int(random.next() % 3)) { start() }
    }

    /// The processes that are there.
    var present: [Process] { processes.filter { !$0.isDead } }

    /// The most that any second holds.
    var mostInASecond: Int {
        var most = 0
        var first = 0
        for (index, time) in sent.enumerated() {
            while time - sent[first] >= 1000 { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }

    mutating func countFromNow() {
        sent = []
    }

    /// Nothing bad happens any more, and at least one process is there.
    mutating func heal() {
        isCalm = true
        for index in processes.indices { processes[index].stoppedUntil = 0 }
        if present.isEmpty { start() }
    }

    mutating func run(for duration: Duration) {
        let end = now + duration.wholeMilliseconds
        while now < end {
            now += 1 + Int64(random.next() % 16)
            if !isCalm, random.unit() < 0.004 { disturb() }
            deliver()
            for index in processes.indices where isAwake(index) { work(index) }
        }
    }

    private func isAwake(_ index: Int) -> Bool {
        !processes[index].isDead && processes[index].stoppedUntil <= now
    }

    private mutating func start() {
        let number = processes.count
        let offset = Int64(random.next() % 1_000_000)
        let tick = Tick(nanoseconds: (now + offset) * 1_000_000)
        processes.append(
            Process(
                number: number, clockOffset: offset, membership: Membership(maxRate: maxRate),
                bucket: TokenBucket(ratePerSecond: 0, at: tick)))
        join(number)
    }

    private mutating func disturb() {
        let index = Int(random.next() % UInt64(processes.count))
        switch random.next() % 5 {
        case 0, 1: if present.count < 5 { start() }
        case 2: processes[index].isDead = true
        case 3: leave(index)
        default: processes[index].stoppedUntil = now + Int64(random.next() % 60_000)
        }
    }

    /// Stops sending, and says so.
    private mutating func leave(_ index: Int) {
        guard isAwake(index), let id = processes[index].membership.instance else { return }
        processes[index].isDead = true
        leases.leave(id)
    }

    private mutating func join(_ index: Int) {
        let id = InstanceID(at: Timestamp(milliseconds: now), using: &random)
        processes[index].membership.begin(as: id, at: processes[index].tick(now))
        perform(index)
    }

    /// One that was stopped wakes up anywhere: it may send before it looks at its lease.
    private mutating func work(_ index: Int) {
        let tick = processes[index].tick(now)
        if random.unit() < 0.5 { send(index) }
        if let wakeAt = processes[index].membership.wakeAt, wakeAt <= tick {
            processes[index].membership.advance(to: tick)
            perform(index)
        }
        send(index)
    }

    private mutating func send(_ index: Int) {
        while processes[index].bucket.take(at: processes[index].tick(now)) { sent.append(now) }
    }

    private mutating func perform(_ index: Int) {
        for effect in processes[index].membership.takeEffects() {
            switch effect {
            case .join(let request): ask(request, index, isJoin: true)
            case .renew(let request): ask(request, index, isJoin: false)
            case .setRate(let rate, let end):
                processes[index].bucket.setRate(rate, until: end, at: processes[index].tick(now))
            case .lost: join(index)
            }
        }
    }

    private mutating func ask(_ request: LeaseRequest, _ process: Int, isJoin: Bool) {
        messages.append(
            Message(at: now + delay, process: process, request: request, isJoin: isJoin, answer: nil))
    }

    /// Mostly short; what takes longer than the caller waits arrives all the same.
    private var delay: Int64 {
        mutating get { Int64(random.next() % (!isCalm && random.unit() < 0.1 ? 20_000 : 30)) }
    }

    private mutating func deliver() {
        var due: [Message] = []
        var later: [Message] = []
        for message in messages {
            if message.answer != nil, processes[message.process].isDead { continue }
            let isDue = message.at <= now && (message.answer == nil || isAwake(message.process))
            if isDue { due.append(message) } else { later.append(message) }
        }
        messages = later
        for message in due {
            if let answer = message.answer {
                processes[message.process].membership.answered(
                    message.request.number, answer, at: processes[message.process].tick(now))
                perform(message.process)
                continue
            }
            let answer = leases.answer(message.request, isJoin: message.isJoin, at: now)
            let isLost = !isCalm && random.unit() < 0.1
            messages.append(
                Message(
                    at: now + delay, process: message.process, request: message.request, isJoin: message.isJoin,
                    answer: isLost ? .failed : answer))
        }
    }
}

/// What the store keeps of instances.
private struct ModelLeases {
    private struct Row {
        var until: Int64
        var share: Double
        var number: Int
    }

    private var rows: [InstanceID: Row] = [:]

    mutating func leave(_ id: InstanceID) {
        rows[id] = nil
    }

    mutating func answer(_ request: LeaseRequest, isJoin: Bool, at now: Int64) -> Membership.Answer {
        var row = rows[request.id] ?? Row(until: isJoin ? .max : 0, share: 0, number: 0)
        guard row.until > now, row.number < request.number else { return .refused }
        let others = rows.filter { $0.key != request.id && $0.value.until > now }.mapValues(\.share)
        let division = RateDivision(of: request.maxRate, for: request.id, others: others)
        row = Row(
            until: now + InstanceGrant.leaseDuration.wholeMilliseconds,
            share: max(division.share, min(request.holding, row.share)), number: request.number)
        rows[request.id] = row
        return .granted(
            InstanceGrant(
                lease: InstanceGrant.leaseDuration, share: division.share, target: division.target,
                instances: others.count + 1))
    }
}
