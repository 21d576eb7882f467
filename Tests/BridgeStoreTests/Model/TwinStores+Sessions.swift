import BridgeCore
import Marksign

@testable import BridgeSimulation
@testable import BridgeStore

extension TwinStores {
    /// Asks both; their answers, or `nil` when there was nothing to ask of.
    func ask(_ question: Question) async throws -> (String?, String?) {
        switch question {
        case .watch: try await watch()
        case .beginStart: try await beginStart()
        case .completeStart: try await completeStart()
        case .abandonStart: try await abandonStart()
        case .adopt: try await adopt()
        case .end: try await end()
        case .requestCancel: try await requestCancel()
        case .keyState: try await keyState()
        case .change: try await change()
        case .delete: try await delete()
        case .align: try await align()
        case .recover: try await recover()
        case .continueRecoveries: try await continueRecoveries()
        case .resend: try await resend()
        case .work: try await work()
        case .record: try await record()
        case .pending: try await pending()
        }
    }

    private func watch() async throws -> (String?, String?) {
        let session = newSession(.pending, token: token())
        let key = key(of: session.clientID)
        let real = try await store.watch(session, key: key, answer: World.answer, at: now)
        if case .done(.watching) = real { sessions.append(session) }
        return text(real, model.watch(session, key: key, answer: World.answer, at: now))
    }

    private func beginStart() async throws -> (String?, String?) {
        let session = newSession(.starting, token: nil)
        let key = key(of: session.clientID)
        let real = try await store.beginStart(session, key: key, at: now)
        if case .done = real { sessions.append(session) }
        return text(real, model.beginStart(session, key: key, at: now))
    }

    private func completeStart() async throws -> (String?, String?) {
        guard let known = sessions.randomElement(using: &random) else { return (nil, nil) }
        var session = known
        session.status = .pending
        session.token = token()
        let real = try await store.completeStart(session, answer: World.answer)
        if real { sessions.append(session) }
        return text(real, model.completeStart(session, answer: World.answer))
    }

    private func abandonStart() async throws -> (String?, String?) {
        guard let session = sessions.randomElement(using: &random) else { return (nil, nil) }
        let answer = chance(50) ? World.answer : nil
        let real = try await store.abandonStart(session.id, epoch: session.epoch, answer: answer)
        return text(real, model.abandonStart(session.id, epoch: session.epoch, answer: answer))
    }

    private func adopt() async throws -> (String?, String?) {
        guard chance(20) else { return (nil, nil) }
        let real = try await store.adoptAll()
        sessions += real.map(\.session)
        return text(real.map(\.essence), model.adoptOpenSessions().map(\.essence))
    }

    private func end() async throws -> (String?, String?) {
        let repeated = chance(10) ? endings.randomElement(using: &random) : nil
        guard let (real, modelled) = repeated ?? ending() else { return (nil, nil) }
        return text(try await store.end(real), model.end(modelled))
    }

    private func ending() -> (SessionEnding, SessionEnding)? {
        guard let session = sessions.randomElement(using: &random) else { return nil }
        let outcome: Outcome = chance(50) ? .cancelled : .failed(SessionError(.userRefused))
        let (forReal, forModel) = identifiers()
        let event: EventID = BridgeStoreTests.id()
        func commit(_ identifiers: Identifiers, at now: Timestamp) -> SessionEnding {
            FinalCommit(
                outcome, of: session, at: now, eventID: event, publicURL: nil, answer: World.answer,
                makeDeliveryID: { identifiers.make(at: now) }
            ).ending
        }
        let pair = (commit(forReal, at: now), commit(forModel, at: now))
        endings.append(pair)
        return pair
    }

    private func requestCancel() async throws -> (String?, String?) {
        guard let session = sessions.randomElement(using: &random) else { return (nil, nil) }
        let real = try await store.requestCancel(session.id, client: session.clientID, at: now)
        return text(real?.status, model.requestCancel(session.id)?.status)
    }

    private func keyState() async throws -> (String?, String?) {
        guard let key = key(of: clients[0]) else { return (nil, nil) }
        return text(try await store.keyState(key, at: now), model.keyState(key, at: now))
    }
}

extension OpenSession {
    /// What the watcher needs of it.
    fileprivate var essence: String {
        "\(session.id) \(session.status) \(session.epoch) \(String(describing: session.token)) \(cancelRequested)"
    }
}
