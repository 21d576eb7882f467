/// One attempt of a delivery: read, sent, and recorded with what follows it.
///
/// A pure machine: the shell performs a step, and asks for the next with how that went.
public struct AttemptFlow: Sendable {
    /// What to do next.
    public enum Step: Sendable {
        /// Send this; then ``AttemptFlow/sent(_:from:to:id:jitter:)``.
        case send(DeliveryWork)
        /// Store this; then ``AttemptFlow/recorded(_:at:)``.
        case record(AttemptRecord)
        /// Wait; then ``AttemptFlow/waited(isCut:)``.
        case wait(Duration)
        /// Tell the dispatcher.
        case done(Ending)
    }

    /// What an attempt leaves to do.
    public struct Ending: Sendable, Equatable {
        /// When the delivery is tried again; `nil` when it is over.
        public var retryAt: Tick?
        /// What the attempt told of the endpoint.
        public var signal = EndpointSignal.none
        /// The endpoint's rules as they were read; `nil` when none were.
        public var lane: DeliveryLane?
    }

    private let policy: RetryPolicy
    private let disableAfter: Duration
    private var work: DeliveryWork?
    private var record: AttemptRecord?
    private var endedAt: Moment?
    private var ending = Ending()
    private var retry = WriteRetry()

    /// An attempt.
    ///
    /// - Parameters:
    ///   - policy: When deliveries are tried again, unless the endpoint has its own way.
    ///   - disableAfter: How long an endpoint may fail every attempt before it is disabled.
    public init(policy: RetryPolicy, disableAfter: Duration) {
        self.policy = policy
        self.disableAfter = disableAfter
    }

    /// The delivery was read.
    public mutating func read(_ result: Result<DeliveryWork?, StoreError>, at now: Moment) -> Step {
        switch result {
        case .success(let found?):
            work = found
            ending.lane = found.endpoint.lane
            return .send(found)
        case .success(nil):
            break
        case .failure:
            ending.retryAt = now.tick + .seconds(5)
        }
        return .done(ending)
    }

    /// The receiver answered, or did not.
    ///
    /// - Parameters:
    ///   - id: A new id.
    ///   - jitter: 0 to 1, drawn anew.
    public mutating func sent(
        _ result: AttemptResult, from began: Moment, to ended: Moment, id: AttemptID, jitter: Double
    ) -> Step {
        guard let work else { return .done(ending) }
        let attempt = Attempt(
            id: id, number: work.attemptCount + 1, startedAt: began.wall,
            durationMilliseconds: Int((ended.tick - began.tick).wholeMilliseconds), result: result)
        let policy = work.endpoint.options.retrySchedule.map(RetryPolicy.init) ?? policy
        let record = AttemptRecord(
            attempt: attempt, deliveryID: work.id, fence: work.fence, endpointEpoch: work.endpoint.epoch,
            decision: policy.decide(after: work.countedAttempts + 1, result, at: ended.wall, jitter: jitter),
            failingCutoff: ended.wall - disableAfter)
        self.record = record
        endedAt = ended
        ending.signal = result.signal(at: ended.wall)
        return .record(record)
    }

    /// It was tried to store the attempt.
    public mutating func recorded(_ result: Result<AttemptConsequence, StoreError>, at now: Moment) -> Step {
        switch result {
        case .success(let consequence):
            ending.retryAt = consequence.nextAttemptAt.map { tick(of: $0, at: now) }
            return .done(ending)
        case .failure(let error):
            return retry.wait(after: error).map { .wait($0) } ?? .done(ending)
        }
    }

    /// A wait is over. `isCut`: the process ends; the delivery is pending on disk, and is sent once more.
    public func waited(isCut: Bool) -> Step {
        guard !isCut, let record else { return .done(ending) }
        return .record(record)
    }

    /// What was decided here waits as long as was decided, whatever the wall clock did since.
    private func tick(of time: Timestamp, at now: Moment) -> Tick {
        let known = record?.decision == .retry(at: time) ? endedAt ?? now : now
        return known.tick + max(time - known.wall, .zero)
    }
}
