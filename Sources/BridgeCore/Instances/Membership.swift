/// The life of a process among those that share a store: it joins as an instance, renews its lease, and counts itself
/// out when it could not. It also follows the instance's share of the rate.
///
/// A pure machine. What is stored of the instance's share is never less than what the instance uses: a smaller share is
/// used at once and stored then, a larger one is stored first. It is used a second later, so that no second holds what
/// another instance sent of it, too.
public struct Membership: Sendable {
    /// What is to be done. The shell does it in this order.
    public enum Effect: Sendable, Equatable {
        /// Join; then ``Membership/answered(_:_:at:)`` with the request's number.
        case join(LeaseRequest)
        /// Renew the lease; then ``Membership/answered(_:_:at:)`` with the request's number.
        case renew(LeaseRequest)
        /// Send so many requests a second, and none from the tick on.
        case setRate(Double, until: Tick?)
        /// All that the instance had is another's: forget it, and begin again under a new id.
        case lost(InstanceID)
    }

    /// What became of a request.
    public enum Answer: Sendable, Equatable {
        /// The instance is there.
        case granted(InstanceGrant)
        /// The lease was over.
        case refused
        /// Nobody knows: the store did not answer.
        case failed
    }

    /// Between renewals.
    static let interval: Duration = .seconds(5)
    /// Between requests while something is missing.
    static let retryInterval: Duration = .seconds(1)
    /// So long before its end a lease is not trusted any more.
    static let margin: Duration = .seconds(5)
    /// From when a larger share is stored until it is used.
    static let settling: Duration = .seconds(1)

    private struct Request: Sendable {
        let number: Int
        let sentAt: Tick
        let holding: Double
    }

    /// A larger share that is stored.
    private struct Raise: Sendable {
        let rate: Double
        let at: Tick
    }

    private let maxRate: Double
    private var id: InstanceID?
    private var lastNumber = 0
    private var underWay: Request?
    private var nextRequest: Tick?
    /// When the lease counts as over.
    private var end: Tick?
    /// Until when the instance is needed, once it is known that the process ends.
    private var leavesBy: Tick?
    private var rate = 0.0
    /// Each is larger than the one before it.
    private var raises: [Raise] = []
    private var effects: [Effect] = []

    /// The instance that the process is, once it has joined.
    public private(set) var instance: InstanceID?
    /// How many instances there are, as far as is known.
    public private(set) var instances = 0

    /// A process that is no instance yet.
    ///
    /// - Parameter maxRate: The requests a second that all instances may send together.
    public init(maxRate: Double) {
        self.maxRate = maxRate
    }

    // MARK: Inputs

    /// Joins under a new id.
    public mutating func begin(as id: InstanceID, at now: Tick) {
        self.id = id
        ask(at: now)
    }

    /// A request was answered, or was not.
    public mutating func answered(_ number: Int, _ answer: Answer, at now: Tick) {
        guard let request = underWay, request.number == number else { return }
        underWay = nil
        switch answer {
        case .granted(let grant): granted(grant, request, at: now)
        case .refused: lose()
        case .failed: nextRequest = now + Self.retryInterval
        }
        advance(to: now)
    }

    /// The process ends, and is needed as an instance until then at most: it joins no more, and renews its lease only
    /// if that ends before.
    public mutating func leave(by tick: Tick) {
        leavesBy = tick
    }

    /// Time has passed.
    public mutating func advance(to now: Tick) {
        if let end, now >= end { return lose() }
        while let raise = raises.first, raise.at <= now {
            raises.removeFirst()
            use(raise.rate)
        }
        if underWay == nil, let nextRequest, nextRequest <= now { ask(at: now) }
    }

    // MARK: Outputs

    /// What is to be done since the last call.
    public mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    /// When ``advance(to:)`` must be called at the latest.
    public var wakeAt: Tick? {
        [end, raises.first?.at, underWay == nil && mayAsk ? nextRequest : nil].compactMap(\.self).min()
    }

    /// The requests a second that the instance may send.
    public var share: Double { rate }

    /// Whether it has a share, used or to be used in a moment.
    public var hasShare: Bool { holding > 0 }

    /// Whether others may use the store at the same time.
    public var isShared: Bool { end != nil }

    // MARK: Inside

    /// What has to be stored as its share.
    private var holding: Double { raises.last?.rate ?? rate }

    private var mayAsk: Bool {
        guard let leavesBy else { return true }
        return end.map { $0 < leavesBy } ?? false
    }

    private mutating func ask(at now: Tick) {
        guard let id, mayAsk else { return }
        lastNumber += 1
        let request = LeaseRequest(
            id: id, number: lastNumber, holding: holding, maxRate: maxRate)
        underWay = Request(number: lastNumber, sentAt: now, holding: request.holding)
        nextRequest = nil
        effects.append(instance == nil ? .join(request) : .renew(request))
    }

    private mutating func granted(_ grant: InstanceGrant, _ request: Request, at now: Tick) {
        // The store counts the lease from later than this.
        end = grant.lease.map { request.sentAt + $0 - Self.margin }
        instance = id
        instances = grant.instances
        if grant.share < request.holding {
            raises = raises.map { Raise(rate: min($0.rate, grant.share), at: $0.at) }.filter { $0.rate > rate }
            use(min(rate, grant.share))
            // The others wait for it.
            nextRequest = now
            return
        }
        if grant.lease == nil {
            use(grant.share)
            return
        }
        if grant.share > request.holding { raises.append(Raise(rate: grant.share, at: now + Self.settling)) }
        use(rate)
        nextRequest = request.sentAt + (grant.share < grant.target ? Self.retryInterval : Self.interval)
    }

    private mutating func use(_ rate: Double) {
        self.rate = rate
        effects.append(.setRate(rate, until: end))
    }

    private mutating func lose() {
        guard let lost = id else { return }
        id = nil
        instance = nil
        instances = 0
        underWay = nil
        nextRequest = nil
        end = nil
        raises = []
        use(0)
        effects.append(.lost(lost))
    }
}
