import BridgeCore
import Marksign

extension BridgeProcess {
    func start(_ order: Order, _ caller: @escaping (Reply) -> Void) {
        let reply = accept(caller)
        StartRun(order, in: self, reply: reply).begin()
    }

    func watch(_ token: SessionToken, _ order: Order, _ caller: @escaping (Reply) -> Void) {
        let reply = accept(caller)
        let wall = world.wall
        let session = Session(
            id: world.identifiers.make(at: wall), clientID: order.client, kind: order.kind, method: .smartID,
            status: .pending, token: token, createdAt: wall, expiresAt: wall + rules.timeout)
        let answer = PlainAnswers().started(session)
        if world.mutation == .answersBeforeDurable { caller(.watched(answer)) }
        write({ $0.watch(session, key: order.key, answer: answer, at: wall) }) { [self] result in
            switch result {
            case .success(.done(.watching)):
                drive { $0.open(session, startedElsewhere: true, at: $1) }
                reply(.watched(answer))
            case .success(.notFree(.answered(let kept))): reply(.watched(kept))
            case .success(.done(.exists)): reply(.done)
            case .success, .failure: reply(.refused)
            }
        }
    }

    func cancel(_ id: SessionID, _ caller: @escaping (Reply) -> Void) {
        let reply = accept(caller)
        write({ $0.requestCancel(id) }) { [self] result in
            guard case .success(let session?) = result, !session.status.isFinal else { return reply(.refused) }
            waiters[id, default: []].append { reply(.done) }
            drive { $0.cancel(id, at: $1) }
        }
    }

    func change(_ id: EndpointID, _ change: EndpointChange, _ caller: @escaping (Reply) -> Void) {
        let reply = accept(caller)
        let wall = world.wall
        write({ $0.changeEndpoint(id, change, at: wall) }) { [self] result in
            guard case .success(let (endpoint, due)?) = result else { return reply(.refused) }
            endpointChanged(endpoint)
            wake(due)
            reply(.done)
        }
    }

    func delete(_ id: EndpointID, _ caller: @escaping (Reply) -> Void) {
        let reply = accept(caller)
        let wall = world.wall
        write({ $0.deleteEndpoint(id, at: wall) }) { [self] result in
            guard case .success(let endpoint?) = result else { return reply(.refused) }
            endpointChanged(endpoint)
            reply(.done)
        }
    }

    func resend(_ id: DeliveryID, _ caller: @escaping (Reply) -> Void) {
        let reply = accept(caller)
        let wall = world.wall
        write({ $0.resend(id, at: wall) }) { [self] result in
            guard case .success(let resent) = result else { return reply(.refused) }
            if case .due(let due) = resent { wake([due]) }
            reply(.done)
        }
    }

    func recover(_ recovery: Recovery, _ caller: @escaping (Reply) -> Void) {
        let reply = accept(caller)
        write({ $0.recover(recovery) }) { [self] result in
            guard case .success(true) = result else { return reply(.refused) }
            catchUp()
            reply(.done)
        }
    }
}
