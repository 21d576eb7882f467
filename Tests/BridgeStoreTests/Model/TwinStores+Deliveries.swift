import BridgeCore

@testable import BridgeSimulation
@testable import BridgeStore

extension TwinStores {
    func change() async throws -> (String?, String?) {
        guard let endpoint = endpoints.randomElement(using: &random) else { return (nil, nil) }
        var change = EndpointChange()
        if chance(80) { change.enabled = chance(60) }
        if chance(30) { change.url = "https://receiver.example/\(now.milliseconds)" }
        let real = try await store.changeEndpoint(endpoint.id, client: endpoint.clientID, change, at: now)
        let modelled = model.changeEndpoint(endpoint.id, change, at: now)
        return text(
            real.map { "\($0.endpoint.essence) \($0.due)" }, modelled.map { "\($0.endpoint.essence) \($0.due)" })
    }

    func delete() async throws -> (String?, String?) {
        guard chance(15), let endpoint = endpoints.randomElement(using: &random) else { return (nil, nil) }
        let real = try await store.deleteEndpoint(endpoint.id, client: endpoint.clientID, at: now)
        return text(real?.essence, model.deleteEndpoint(endpoint.id, at: now)?.essence)
    }

    func align() async throws -> (String?, String?) {
        let limit = Int.random(in: 1...3, using: &random)
        return text(
            try await store.alignDeliveries(limit: limit, at: now), model.alignDeliveries(limit: limit, at: now))
    }

    func recover() async throws -> (String?, String?) {
        guard let endpoint = endpoints.randomElement(using: &random) else { return (nil, nil) }
        let since = now - .seconds(Int.random(in: 0...2000, using: &random))
        let recovery = Recovery(endpointID: endpoint.id, since: since, until: now)
        let real = try await store.recover(recovery, client: endpoint.clientID, key: nil, answer: World.answer)
        guard case .done(let isRecorded) = real else { return (nil, nil) }
        return text(isRecorded, model.recover(recovery))
    }

    func continueRecoveries() async throws -> (String?, String?) {
        let (forReal, forModel) = identifiers()
        let (limit, now) = (Int.random(in: 1...4, using: &random), now)
        let real = try await store.continueRecoveries(limit: limit, at: now) { forReal.make(at: now) }
        let part = model.nextRecovery(limit: limit)
        return text(real, part.map { model.perform($0, at: now) { forModel.make(at: now) } })
    }

    func resend() async throws -> (String?, String?) {
        guard let id = model.deliveryOrder.randomElement(using: &random), let row = model.deliveries[id],
            let client = model.endpoints[row.endpoint]?.endpoint.clientID
        else { return (nil, nil) }
        let real = try await store.resend(id, client: client, at: now, key: nil, answer: World.answer)
        guard case .done(let result) = real else { return (nil, nil) }
        return text(result, model.resend(id, at: now))
    }

    func work() async throws -> (String?, String?) {
        guard let id = model.deliveryOrder.randomElement(using: &random) else { return (nil, nil) }
        let real = try await store.work(for: id)
        if let real { works.append(real) }
        return text(real?.essence, model.work(for: id)?.essence)
    }

    func record() async throws -> (String?, String?) {
        if chance(10), let repeated = records.randomElement(using: &random) { return try await record(repeated) }
        guard let work = works.suffix(20).randomElement(using: &random) else { return (nil, nil) }
        let (status, error): (Int?, AttemptError?) =
            [(200, nil), (500, .status), (410, .gone), (nil, .connect), (nil, .shutdown)]
            .randomElement(using: &random) ?? (200, nil)
        let result = AttemptResult(error: error, status: status, address: nil, response: [])
        let policy = RetryPolicy(schedule: [.seconds(5), .seconds(60), .seconds(600)])
        let record = AttemptRecord(
            attempt: Attempt(
                id: BridgeStoreTests.id(), number: work.attemptCount + 1, startedAt: now, durationMilliseconds: 5,
                result: result),
            deliveryID: work.id, fence: work.fence, endpointEpoch: work.endpoint.epoch,
            decision: policy.decide(after: work.countedAttempts + 1, result, at: now, jitter: 0),
            failingCutoff: now - .seconds(100))
        records.append(record)
        return try await self.record(record)
    }

    private func record(_ record: AttemptRecord) async throws -> (String?, String?) {
        text(try await store.record(record), model.record(record))
    }

    func pending() async throws -> (String?, String?) {
        let last = model.deliveryOrder.randomElement(using: &random)
        return text(
            try await store.pendingDeliveries(after: last, limit: 3),
            model.pendingDeliveries(after: last, limit: 3))
    }
}

extension Endpoint {
    /// What a change may change.
    fileprivate var essence: String { "\(id) \(url) \(enabled) \(String(describing: disabledReason)) \(epoch)" }
}

extension DeliveryWork {
    fileprivate var essence: String {
        "\(id) \(countedAttempts) \(attemptCount) \(fence) \(eventID) \(body) \(endpoint.essence)"
    }
}
