import BridgeCore
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct RecoveryTests {
    static let later = World.start + .seconds(600)

    @Test func anEndpointThatCameLaterGetsWhatNobodyWanted() async throws {
        let world = try await World()
        _ = try await world.ended(at: World.start - .milliseconds(1))
        let session = try await world.ended()
        let endpoint = try await world.endpoint()
        #expect(try await world.recoverable(endpoint) == 1)
        #expect(try await world.recover(endpoint))
        let due = try #require(try await world.step())
        #expect(due.map(\.sessionID) == [session.id])
        #expect(try await world.step() == nil)
        #expect(try await world.store.pendingDeliveries(after: nil, limit: 10) == due)
        #expect(due[0] == world.due(due[0].id, due[0].eventID, session.id, to: endpoint, at: Self.later))
        let read = try await world.store.delivery(due[0].id, client: world.client)?.delivery
        #expect(read?.createdAt == Self.later)
    }

    /// How a delivery stands before, whether it is sent, and how it stands then.
    enum Before: CaseIterable {
        case neverSent, waiting, failed, delivered, held, unwanted, ofAnother, test, tooLate
    }

    @Test(arguments: Before.allCases) func whatItHasNotHadIsSent(_ before: Before) async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        var due: DueDelivery?
        switch before {
        case .neverSent, .tooLate, .unwanted:
            try await world.change(endpoint) { $0.events = EventFilter(["session.failed"]) }
            _ = try await world.ended(at: before == .tooLate ? Self.later : World.start)
            if before != .unwanted { try await world.change(endpoint) { $0.events = .allSessions } }
        case .waiting, .failed, .delivered:
            due = try await world.delivery().due
            let decision: RetryPolicy.Decision =
                before == .waiting ? .retry(at: Self.later + .seconds(9)) : before == .failed ? .failed : .delivered
            try await world.record(.make(1, before == .delivered ? nil : .status), of: due!.id, decision)
        case .held:
            due = try await world.delivery().due
            try await world.change(endpoint) { $0.enabled = false }
        case .ofAnother:
            let session = try await world.watched(client: world.other)
            _ = try await world.store.end(world.ending(session))
        case .test:
            let event = Event(
                id: id(), clientID: world.client, sessionID: nil, type: .endpointTest, createdAt: World.start, body: [1]
            )
            due = world.due(id(), event.id, nil, to: endpoint)
            _ = try await world.store.sendEvent(event, to: endpoint, delivery: due!.id, key: nil, answer: World.answer)
            try await world.record(.make(1, .status), of: due!.id, .failed)
        }
        let statusBefore = try await due.asyncMap { try await world.status($0.id) }
        let isSent = [.neverSent, .waiting, .failed].contains(before)
        #expect(try await world.recoverable(endpoint) == (isSent ? 1 : 0))
        #expect(try await world.recover(endpoint))
        let sent = try await world.rest().due
        #expect(sent.count == (isSent ? 1 : 0))
        if let due { #expect(try await world.status(due.id) == (isSent ? .pending : statusBefore)) }
        guard isSent else { return }
        if let due { #expect(sent[0].id == due.id) }
        let work = try #require(try await world.store.work(for: sent[0].id))
        #expect(work.countedAttempts == 0)
        #expect(sent[0].dueAt == Self.later)
        // Had, once it is delivered.
        try await world.record(.make(2), of: sent[0].id, .delivered)
        #expect(try await world.recoverable(endpoint) == 0)
    }

    @Test func anAttemptFromBeforeDoesNotEndIt() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (_, due) = try await world.delivery()
        #expect(try await world.recover(endpoint))
        _ = try await world.rest()
        try await world.record(.make(1, .status), of: due.id, .failed, fence: 0)
        #expect(try await world.status(due.id) == .pending)
    }

    @Test func aDisabledEndpointHoldsIt() async throws {
        let world = try await World()
        _ = try await world.ended()
        let endpoint = try await world.endpoint(enabled: false)
        #expect(try await world.recoverable(endpoint) == 1)
        #expect(try await world.recover(endpoint))
        #expect(try await world.step() == [])
        #expect(try await world.step() == nil)
        let on = try await world.change(endpoint, at: Self.later) { $0.enabled = true }
        #expect(on?.due.count == 1)
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value?) async rethrows -> Value? {
        if let self { try await transform(self) } else { nil }
    }
}
