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
        let session = Session(
            id: process.world.identifiers.make(at: wall), clientID: order.client, kind: order.kind, method: .smartID,
            status: .starting, token: nil, createdAt: wall, expiresAt: wall + process.rules.timeout)
        self.session = session
        flow = StartFlow(
            of: session, requestID: session.id.rawValue, answers: PlainAnswers(), rules: process.rules,
            patience: .seconds(10), makeCommit: { process.finalCommit($0, of: session, answer: $1) })
    }

    func begin() { perform(flow.first) }

    private func perform(_ step: StartFlow.Step) {
        switch step {
        case .begin(let session):
            let isHasty = world.mutation == .sendsBeforeCommit
            if isHasty { permit() }
            let key = world.mutation == .forgetsKey ? nil : order.key
            let wall = world.wall
            process.write({ $0.beginStart(session, key: key, at: wall) }) { [self] result in
                if !isHasty { perform(flow.begun(result)) }
            }
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
            world.after(duration, in: process) { [self] in perform(flow.waited(isCut: false, at: world.now)) }
        case .open(let session, let answer):
            process.drive { $0.open(session, startedElsewhere: false, at: $1) }
            reply(.start(.answered(answer)))
        case .abandon(let session, let answer):
            process.write(mayBeInDoubt: true, removal(of: session, answer)) { [self] in
                perform(flow.abandoned($0, at: world.now))
            }
        case .answer(let result):
            reply(.start(result))
        case .end(let commit):
            process.write(mayBeInDoubt: true, { $0.end(commit.ending) }) { [self] result in
                if case .success(let due) = result { process.made(commit, due) }
                perform(flow.ended(result.map { _ in }, at: world.now))
            }
        case .leave(let result, let session, let leftover):
            reply(.start(result))
            switch leftover {
            case .removal(let answer): process.untilStored(removal(of: session, answer)) { _ in }
            case .end(let commit): process.make(commit, of: session) {}
            }
        }
    }

    private func permit() {
        process.requestStart(of: order.client) { [self] in perform(flow.permitted($0, at: world.now)) }
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

    private func removal(of session: Session, _ answer: KeptAnswer?) -> (ModelStore) -> Bool {
        { $0.abandonStart(session.id, epoch: session.epoch, answer: answer) }
    }
}
