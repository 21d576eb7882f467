import BridgeCore
import Marksign

/// Performs the steps of one start.
final class StartRun {
    private let process: BridgeProcess
    private let order: Order
    private let session: Session
    private let reply: (Reply) -> Void
    private var flow: StartFlow
    private var world: World { process.world }

    init(_ order: Order, in process: BridgeProcess, reply: @escaping (Reply) -> Void) {
        self.process = process
        self.order = order
        self.reply = reply
        let wall = process.world.wall
        session = Session(
            id: process.world.identifiers.make(at: wall), clientID: order.client, kind: order.kind, method: .smartID,
            status: .starting, token: nil, createdAt: wall, expiresAt: wall + process.rules.timeout)
        flow = StartFlow(
            of: session, requestID: session.id.rawValue, answers: PlainAnswers(), rules: process.rules,
            patience: .seconds(10))
    }

    func begin() { perform(flow.first) }

    private func perform(_ step: StartFlow.Step) {
        switch step {
        case .begin(let session):
            if world.mutation == .sendsBeforeCommit { return permit() }
            let key = world.mutation == .forgetsKey ? nil : order.key
            let wall = world.wall
            process.write({ $0.beginStart(session, key: key, at: wall) }) { [self] in perform(flow.begun($0)) }
        case .decline(let result):
            reply(.start(result))
        case .requestPermit:
            if world.mutation == .sendsWithoutPermit { return send(nil) }
            permit()
        case .send(let ticket):
            send(ticket)
        case .complete(let session, let answer):
            process.write(mayBeInDoubt: true, { $0.completeStart(session, answer: answer) }) { [self] in
                perform(flow.completed($0, at: world.now))
            }
        case .wait(let duration):
            world.after(duration, in: process) { [self] in perform(flow.waited(isCut: false)) }
        case .open(let session, let answer):
            process.drive { $0.open(session, startedElsewhere: false, at: $1) }
            reply(.start(.answered(answer)))
        case .abandon(let session, let answer, let result):
            abandon(session, answer, result)
        case .end(let session, let outcome, let answer):
            process.commit(outcome, of: session, answer: answer) { [self] in reply(.start(.answered(answer))) }
        }
    }

    private func permit() {
        process.requestStart(of: order.client) { [self] in perform(flow.permitted($0)) }
    }

    private func send(_ ticket: StartTicket?) {
        world.witness.sendsStart(of: session.id)
        process.send(
            { [self] answer in
                world.upstream.start(kind: order.kind, key: order.key.map(KeyName.init), answer: answer)
            }
        ) { [self] answer in
            let received = StartReply(answer)
            if world.mutation == .startsTwice, case .lost = received { return send(ticket) }
            if let ticket { process.drive { $0.startEnded(ticket, fault: received.isFault, at: $1) } }
            perform(flow.replied(received, at: world.moment))
        }
    }

    /// The caller does not wait for a store that refuses.
    private func abandon(_ session: Session, _ answer: KeptAnswer?, _ result: StartResult) {
        let commit = { (store: ModelStore) in store.abandonStart(session.id, epoch: session.epoch, answer: answer) }
        process.write(mayBeInDoubt: true, commit) { [self] tried in
            reply(.start(result))
            if case .failure(.unavailable) = tried { process.untilStored(commit) {} }
        }
    }
}
