import BridgeCore

extension BridgeProcess {
    /// Queues a write. Writes are committed one after another; what waits in the queue dies with the process.
    ///
    /// - Parameter mayBeInDoubt: Nobody may know whether it was stored, and trying again settles that. SQLite always
    ///   knows; a store elsewhere may not.
    func write<Value>(
        mayBeInDoubt: Bool = false, _ commit: @escaping (ModelStore) -> Value,
        then: @escaping (Result<Value, StoreError>) -> Void
    ) {
        var latency = world.chance.duration(.microseconds(100)...(.milliseconds(4)))
        if world.befalls(.storeSlow) { latency += world.chance.duration(.zero...(.seconds(3))) }
        lastCommit = max(lastCommit, world.now + latency)
        world.at(lastCommit, in: self) { [self] in
            let (world, store) = (world, world.store)
            let result: Result<Value, StoreError>
            if world.lasts(.diskFull) || world.befalls(.storeBusy) {
                result = .failure(.unavailable("busy or full"))
            } else if world.befalls(.storeDamaged) {
                // Nobody knows whether it was written.
                if world.chance.happens(0.5) { _ = commit(store) }
                result = .failure(.fatal("the disk"))
            } else {
                let value = commit(store)
                result =
                    mayBeInDoubt && world.befalls(.commitAnswerLost)
                    ? .failure(.unavailable("who knows")) : .success(value)
            }
            world.after(world.chance.duration(.zero...(.milliseconds(1))), in: self) { [self] in
                if case .failure(.fatal) = result { return end() }
                then(result)
            }
        }
    }

    func read<Value>(_ look: @escaping (ModelStore) -> Value, then: @escaping (Result<Value, StoreError>) -> Void) {
        world.after(world.chance.duration(.microseconds(50)...(.milliseconds(1))), in: self) { [self] in
            then(world.befalls(.readFails) ? .failure(.unavailable("out of reach")) : .success(look(world.store)))
        }
    }

    /// Repeats a read until it succeeds.
    func untilRead<Value>(
        retrying retry: WriteRetry = WriteRetry(), _ look: @escaping (ModelStore) -> Value,
        then: @escaping (Value) -> Void
    ) {
        read(look) { [self] result in
            switch result {
            case .success(let value): then(value)
            case .failure(let error):
                var retry = retry
                guard let wait = retry.wait(after: error) else { return }
                world.after(wait, in: self) { [self] in untilRead(retrying: retry, look, then: then) }
            }
        }
    }

    /// Repeats a write until it is stored.
    func untilStored<Value>(
        retrying retry: WriteRetry = WriteRetry(), mayBeInDoubt: Bool = true, _ commit: @escaping (ModelStore) -> Value,
        then: @escaping (Value) -> Void
    ) {
        write(mayBeInDoubt: mayBeInDoubt, commit) { [self] result in
            switch result {
            case .success(let value): then(value)
            case .failure(let error):
                var retry = retry
                guard let wait = retry.wait(after: error), world.mutation != .givesUpWrites else { return }
                world.after(wait, in: self) { [self] in
                    untilStored(retrying: retry, mayBeInDoubt: mayBeInDoubt, commit, then: then)
                }
            }
        }
    }

    /// The process ends by itself, and another follows.
    private func end() {
        if isZombie { world.endTakeover() } else { world.crash() }
    }
}
