import BridgeCore

/// Performs the steps of one attempt.
final class AttemptRun {
    private let process: BridgeProcess
    private let id: DeliveryID
    private var flow: AttemptFlow
    private var endpoint: Endpoint?
    private var world: World { process.world }

    init(_ id: DeliveryID, in process: BridgeProcess) {
        self.process = process
        self.id = id
        flow = AttemptFlow(policy: process.world.plan.policy, disableAfter: process.world.plan.disableAfter)
    }

    func begin() {
        process.read({ [id] in $0.work(for: id) }) { [self] in perform(flow.read($0, at: world.moment)) }
    }

    private func perform(_ step: AttemptFlow.Step) {
        switch step {
        case .send(let work):
            send(work)
        case .record(let record):
            if world.mutation == .recordsNothing {
                return perform(flow.recorded(.success(AttemptConsequence(nextAttemptAt: nil)), at: world.moment))
            }
            process.write(mayBeInDoubt: true, { $0.record(record) }) { [self] result in
                if let endpoint, case .success(let consequence) = result, consequence.disabled != nil {
                    process.disabled(endpoint)
                }
                perform(flow.recorded(result, at: world.moment))
            }
        case .wait(let duration):
            world.after(duration, in: process) { [self] in perform(flow.waited(isCut: false)) }
        case .done(let ending):
            process.attemptsUnderWay.removeAll { $0 == id }
            let isHasty = world.mutation == .retriesAtOnce && ending.retryAt != nil
            process.drive { [world] in
                $0.attempted(
                    id, retryAt: isHasty ? world.now : ending.retryAt, signal: ending.signal, lane: ending.lane,
                    at: $1)
            }
        }
    }

    private func send(_ work: DeliveryWork) {
        endpoint = work.endpoint
        process.drive { $0.sending(id, at: $1) }
        let began = world.moment
        let body = world.mutation == .rendersAnew ? Array("\(began.wall)".utf8) : work.body
        process.attemptsUnderWay.append(id)
        world.note("attempt", work.id.rawValue, work.eventID.rawValue)
        world.witness.attempts(work, body: body)
        world.receivers.receive(work.eventID, at: work.endpoint.id) { [self] delay, result in
            world.after(delay, in: process) { [self] in
                let attempt: AttemptID = world.identifiers.make(at: world.wall)
                world.witness.attemptEnded(attempt, of: id, result)
                var result = result
                if result.error == .gone, world.mutation == .ignoresGone {
                    result = AttemptResult(error: .status, status: 410, address: nil, response: [])
                }
                if result.status != nil, world.mutation == .takesAnyAnswer {
                    result = AttemptResult(status: 200, address: nil, response: [], retryAfter: nil)
                }
                perform(
                    flow.sent(
                        result, from: began, to: world.moment, id: attempt, jitter: world.chance.unit()))
            }
        }
    }
}
