import BridgeCore

extension BridgeProcess {
    func attempt(_ id: DeliveryID) {
        AttemptRun(id, in: self).begin()
    }

    func wake(_ due: [DueDelivery]) {
        if !due.isEmpty { drive { $0.add(due, at: $1) } }
    }

    func endpointChanged(_ endpoint: Endpoint) {
        if endpoint.enabled {
            drive { $0.configure(endpoint.id, endpoint.lane, at: $1) }
        } else {
            drive { $0.drop(endpoint.id, epoch: endpoint.epoch, at: $1) }
        }
        catchUp()
    }

    /// An attempt's record disabled its endpoint.
    func disabled(_ endpoint: Endpoint) {
        drive { $0.drop(endpoint.id, epoch: endpoint.epoch + 1, at: $1) }
        catchUp()
    }

    // MARK: What is done in parts

    /// Something was recorded that is done in parts.
    func catchUp() {
        wantsParts = true
        guard !performsParts, isReady, world.mutation != .forgetsParts else { return }
        performsParts = true
        wantsParts = false
        align { [self] in
            recover { [self] in
                performsParts = false
                if wantsParts { catchUp() }
            }
        }
    }

    private func align(then: @escaping () -> Void) {
        let wall = world.wall
        // A part that was stored is not found again: a store that does not know whether it was would lose it.
        untilStored(mayBeInDoubt: false) {
            $0.alignDeliveries(limit: 2, at: wall)
        } then: { [self] due in
            guard let due else { return then() }
            wake(due)
            align(then: then)
        }
    }

    private func recover(then: @escaping () -> Void) {
        untilRead {
            $0.nextRecovery(limit: 2)
        } then: { [self] part in
            guard let part else { return then() }
            let wall = world.wall
            let makeID = { [identifiers = world.identifiers] in identifiers.make(at: wall, DeliveryID.self) }
            untilStored(mayBeInDoubt: false) {
                $0.perform(part, at: wall, makeDeliveryID: makeID)
            } then: { [self] due in
                wake(due)
                recover(then: then)
            }
        }
    }
}
