import BridgeCore

/// A dispatcher under test. Things have short names; times are seconds since its start; every input answers with the
/// deliveries that begin.
struct DispatcherHarness {
    var machine: Dispatcher
    /// Whether the request of an attempt begins as soon as the attempt does.
    var sendsAtOnce = true

    static let epoch = Timestamp(milliseconds: 1_795_255_212_345)
    static let start = Tick(nanoseconds: 77_000_000_000)

    init(total: Int = 100, each: Int = 4, resumed: Bool = true) {
        machine = Dispatcher(
            limits: DispatchLimits(maximumConcurrent: total, maximumPerEndpoint: each, longestWait: .seconds(100_000)),
            at: Self.start)
        if resumed { machine.resumed(at: Self.moment(0)) }
    }

    static func moment(_ seconds: Double) -> Moment {
        let sinceStart = Duration.milliseconds(Int((seconds * 1000).rounded()))
        return Moment(wall: epoch + sinceStart, tick: start + sinceStart)
    }

    /// When it wants to be woken.
    var wakeAt: Double? { machine.wakeAt.map { ($0 - Self.start).inSeconds } }

    @discardableResult
    mutating func add(_ deliveries: DueDelivery..., at seconds: Double) -> [String] {
        add(deliveries, at: seconds)
    }

    @discardableResult
    mutating func add(_ deliveries: [DueDelivery], at seconds: Double) -> [String] {
        machine.add(deliveries, at: Self.moment(seconds))
        return begun(at: seconds)
    }

    @discardableResult
    mutating func advance(to seconds: Double) -> [String] {
        machine.advance(to: Self.moment(seconds))
        return begun(at: seconds)
    }

    @discardableResult
    mutating func succeed(_ name: String, at seconds: Double, rules: DeliveryLane? = nil) -> [String] {
        end(name, .succeeded, retryAt: nil, rules: rules, at: seconds)
    }

    @discardableResult
    mutating func fail(
        _ name: String, at seconds: Double, retryAt: Double? = nil, pause: Duration? = nil, rules: DeliveryLane? = nil
    ) -> [String] {
        end(name, .failed(pause: pause), retryAt: retryAt, rules: rules, at: seconds)
    }

    @discardableResult
    mutating func cut(_ name: String, at seconds: Double, retryAt: Double? = nil) -> [String] {
        end(name, .none, retryAt: retryAt, rules: nil, at: seconds)
    }

    @discardableResult
    mutating func configure(
        _ endpoint: String, of client: String = "c", epoch: Int = 1, ordered: Bool = false, rate: Int? = nil,
        at seconds: Double
    ) -> [String] {
        machine.configure(
            EndpointID(stored: "end_\(endpoint)"), .test(of: client, epoch: epoch, ordered: ordered, rate: rate),
            at: Self.moment(seconds))
        return begun(at: seconds)
    }

    @discardableResult
    mutating func drop(_ endpoint: String, epoch: Int, at seconds: Double) -> [String] {
        machine.drop(EndpointID(stored: "end_\(endpoint)"), epoch: epoch, at: Self.moment(seconds))
        return begun(at: seconds)
    }

    mutating func forgetAll(at seconds: Double) {
        machine.forgetAll(at: Self.moment(seconds))
    }

    @discardableResult
    mutating func resumed(at seconds: Double) -> [String] {
        machine.resumed(at: Self.moment(seconds))
        return begun(at: seconds)
    }

    @discardableResult
    mutating func remind(_ deliveries: DueDelivery..., at seconds: Double) -> [String] {
        machine.remind(deliveries, at: Self.moment(seconds))
        return begun(at: seconds)
    }

    /// Makes an endpoint one that is trusted.
    mutating func trust(_ endpoint: String, of client: String = "c", at seconds: Double) {
        add(due("trust-\(endpoint)", to: endpoint, of: client, at: seconds), at: seconds)
        succeed("trust-\(endpoint)", at: seconds)
    }

    private mutating func end(
        _ name: String, _ signal: EndpointSignal, retryAt: Double?, rules: DeliveryLane?, at seconds: Double
    ) -> [String] {
        machine.attempted(
            DeliveryID(stored: "dlv_\(name)"), retryAt: retryAt.map { Self.moment($0).tick }, signal: signal,
            lane: rules, at: Self.moment(seconds))
        return begun(at: seconds)
    }

    mutating func begun(at seconds: Double) -> [String] {
        let begun = machine.takeEffects()
        if sendsAtOnce { for id in begun { machine.sending(id, at: Self.moment(seconds)) } }
        return begun.map { String($0.rawValue.dropFirst(4)) }
    }

    /// The request of an attempt begins; what begins meanwhile is told with the next input.
    mutating func send(_ name: String, at seconds: Double) {
        machine.sending(DeliveryID(stored: "dlv_\(name)"), at: Self.moment(seconds))
    }
}

extension DeliveryLane {
    static func test(
        of client: String = "c", epoch: Int = 1, ordered: Bool = false, rate: Int? = nil
    ) -> DeliveryLane {
        DeliveryLane(clientID: ClientID(stored: "cli_\(client)"), epoch: epoch, ordered: ordered, rateLimit: rate)
    }
}

/// A delivery, due at so many seconds. Its event is named as it is unless told otherwise.
func due(
    _ name: String, to endpoint: String = "a", of client: String = "c", event: String? = nil, session: String? = nil,
    epoch: Int = 1, ordered: Bool = false, rate: Int? = nil, at seconds: Double = 0
) -> DueDelivery {
    DueDelivery(
        id: DeliveryID(stored: "dlv_\(name)"), eventID: EventID(stored: "evt_\(event ?? name)"),
        sessionID: session.map { SessionID(stored: "ses_\($0)") }, endpointID: EndpointID(stored: "end_\(endpoint)"),
        lane: .test(of: client, epoch: epoch, ordered: ordered, rate: rate),
        dueAt: DispatcherHarness.moment(seconds).wall)
}
