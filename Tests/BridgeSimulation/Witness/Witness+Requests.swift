import BridgeCore

extension Witness {
    // MARK: What is sent to Marksign

    /// Through restarts too.
    func sends(from process: BridgeProcess) {
        demand(process.requestsInFlight <= world.plan.maximumConcurrent, .concurrency)
        guard !process.isZombie else { return }
        while let first = sends.first, world.now - first >= .seconds(1) { sends.removeFirst() }
        sends.append(world.now)
        demand(Double(sends.count) <= world.plan.ratePerSecond * 1.1, .rate, "\(sends.count)")
    }

    func sendsStart(of session: SessionID) {
        demand(startsSent.insert(session).inserted, .startedOnce, "\(session)")
        demand(world.store.sessions[session] != nil, .startedOnce, "\(session) is not on disk")
    }

    /// Marksign began a session for a client's key.
    func created(under key: KeyName?) {
        guard let key else { return }
        demand(created.insert(key).inserted, .startedOnce, "a key for the second time")
    }

    // MARK: What clients are told

    /// A client that has its answer finds its session on disk.
    func accepted(_ answer: KeptAnswer, under key: KeyName?) {
        // A process that another has followed may tell what it could not store.
        if let key, world.zombie == nil {
            demand(answers[key] == nil || answers[key] == answer.body, .sameAnswer)
            answers[key] = answer.body
        }
        guard [201, 504].contains(answer.status) else { return }
        let id = SessionID(stored: String(decoding: answer.body, as: UTF8.self))
        let status = world.store.sessions[id]?.session.status
        demand(status.map { answer.status == 504 || $0 != .starting } ?? false, .acceptedIsOnDisk, "\(id)")
    }
}
