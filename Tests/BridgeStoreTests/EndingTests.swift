import BridgeCore
import Foundation
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct EndingTests {
    @Test(arguments: [true, false]) func outcomeEventAndDeliveriesAreOneCommit(isSealed: Bool) async throws {
        let world = try await World(keys: isSealed ? [World.key32] : [])
        let wanting = try await world.endpoint()
        let exactly = try await world.endpoint(["session.completed", "session.failed"])
        _ = try await world.endpoint(["session.failed"])
        let disabled = try await world.endpoint(enabled: false)
        let deleted = try await world.endpoint()
        _ = try await world.store.deleteEndpoint(deleted, client: world.client, at: World.start)
        _ = try await world.endpoint(client: world.other)

        let session = try await world.watched()
        let ending = world.ending(session, at: World.start + .seconds(5))
        let counter = world.file == nil ? nil : try world.store.countCommits()
        let due = try #require(try await world.store.end(ending))
        if let counter { #expect(counter.commits == 1) }
        #expect(due.map(\.endpointID) == [wanting, exactly])
        #expect(due.allSatisfy { $0.dueAt == World.start + .seconds(5) })
        // The same ending once more, as after a commit in doubt.
        #expect(try await world.store.end(ending) == due)

        let read = try await world.store.session(session.id, client: world.client)
        #expect(read?.status == .completed)
        #expect(read?.endedAt == World.start + .seconds(5))
        #expect(read?.result == ending.result)
        #expect(try await world.store.event(ending.event.id, client: world.client) == ending.event)
        let held = try await world.store.deliveries(
            DeliveryFilter(status: .held), client: world.client, page: PageRequest(limit: 10, after: nil))
        #expect(held.elements.map(\.endpointID) == [disabled])
        let all = try await world.store.deliveries(
            DeliveryFilter(sessionID: session.id), client: world.client, page: PageRequest(limit: 10, after: nil))
        #expect(all.elements.count == 3)
        #expect(try await world.store.pendingDeliveries(after: nil, limit: 10) == due)
        #expect(try await world.store.pendingDeliveries(after: due[0].id, limit: 10) == [due[1]])
    }

    @Test func aStaleOrSecondEndChangesNothing() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let session = try await world.watched()
        _ = try await world.store.adoptAll()
        #expect(try await world.store.end(world.ending(session, epoch: 1)) == nil)
        #expect(try await world.store.session(session.id, client: world.client)?.status == .pending)
        let first = world.ending(session, epoch: 2)
        #expect(try await world.store.end(first)?.count == 1)
        #expect(try await world.store.end(world.ending(session, epoch: 2)) == nil)
        let events = try await world.store.events(
            EventQuery(), client: world.client, page: PageRequest(limit: 10, after: nil))
        #expect(events.elements == [first.event])
    }

    @Test func aFileIsThatOfWhoEndedTheSession() async throws {
        let world = try await World(keys: [World.key32])
        let session = try await world.watched()
        try await world.store.writeFileChunk([1, 1, 1], index: 0, of: session.id, epoch: 1)
        _ = try await world.store.adoptAll()
        try await world.store.writeFileChunk([9], index: 0, of: session.id, epoch: 1)
        try await world.store.writeFileChunk([2, 2], index: 0, of: session.id, epoch: 2)
        try await world.store.writeFileChunk([3, 3], index: 1, of: session.id, epoch: 2)
        try await world.store.writeFileChunk([4], index: 1, of: session.id, epoch: 2)
        try await world.store.writeFileChunk([5], index: 2, of: session.id, epoch: 2)
        #expect(try await world.store.file(of: session.id, client: world.client) == nil)
        #expect(try await world.store.end(world.ending(session, epoch: 2, chunks: 2)) != nil)
        try await world.store.writeFileChunk([9], index: 0, of: session.id, epoch: 2)

        let file = try await world.store.file(of: session.id, client: world.client)
        #expect(file == StoredFile(file: World.file, chunks: 2))
        #expect(try await world.store.fileChunk(0, of: session.id, client: world.client) == [2, 2])
        #expect(try await world.store.fileChunk(1, of: session.id, client: world.client) == [4])
        #expect(try await world.store.fileChunk(2, of: session.id, client: world.client) == nil)
        #expect(try await world.store.file(of: session.id, client: world.other) == nil)
        #expect(try await world.store.fileChunk(0, of: session.id, client: world.other) == nil)
        try await world.store.removeUnwantedChunks()
        let left = try await world.store.read { try $0.value("SELECT count(*) FROM file_chunk", as: Int.self) }
        #expect(left == 2)
    }

    @Test func anEndWithoutItsFileIsNotCommitted() async throws {
        let world = try await World()
        let session = try await world.watched()
        await #expect(throws: StoreError.self) { try await world.store.end(world.ending(session, chunks: 1)) }
        #expect(try await world.store.session(session.id, client: world.client)?.status == .pending)
    }

    @Test func aCancelIsRecordedWhilePending() async throws {
        let world = try await World()
        let session = try await world.watched()
        #expect(try await world.store.requestCancel(session.id, client: world.other, at: World.start) == nil)
        #expect(try await world.store.requestCancel(session.id, client: world.client, at: World.start) == session)
        #expect(try await world.store.adoptAll().map(\.cancelRequested) == [true])
        _ = try await world.store.end(world.ending(session, epoch: 2))
        let final = try await world.store.requestCancel(session.id, client: world.client, at: World.start)
        #expect(final?.status == .completed)
    }

    @Test(arguments: [true, false]) func erasingLeavesNothingInTheFile(isSealed: Bool) async throws {
        let world = try await World(keys: isSealed ? [World.key32] : [])
        let session = try await world.watched()
        #expect(try await world.store.erase(session.id, client: world.client, at: World.start) == session)
        let content = Array(String(repeating: "bytes-of-the-file", count: 1000).utf8)
        for index in 0..<3 {
            try await world.store.writeFileChunk(content[...], index: index, of: session.id, epoch: 1)
        }
        _ = try await world.store.end(world.ending(session, chunks: 3))
        if let folder = world.file { #expect(try folder.contains("Testsurname") == !isSealed) }
        #expect(try await world.store.erase(session.id, client: world.other, at: World.start) == nil)
        let before = try await world.store.erase(session.id, client: world.client, at: World.start)
        guard case .document(let whole) = before?.result else { throw TestFailure("no document") }
        #expect(whole.personal == World.personal)
        #expect(whole.fileAvailable)

        let after = try await world.store.session(session.id, client: world.client)
        #expect(after?.status == .completed)
        #expect(after?.endedAt == before?.endedAt)
        guard case .document(let rest) = after?.result else { throw TestFailure("no document") }
        #expect(rest == SignedDocumentRecord(file: World.file, fileAvailable: false, personal: nil))
        #expect(try await world.store.file(of: session.id, client: world.client) == nil)
        #expect(try await world.store.fileChunk(0, of: session.id, client: world.client) == nil)
        _ = try await world.store.expire(
            Retention(files: .seconds(1), sessions: .seconds(1), undelivered: .seconds(1)), at: World.start, limit: 10)
        if let folder = world.file {
            #expect(try folder.contains("Testsurname") == false)
            #expect(try folder.contains("bytes-of-the-file") == false)
        }
    }

    @Test func aHashAndAnErrorAreReadAsTheyWereWritten() async throws {
        let world = try await World()
        let signed = try await world.watched()
        _ = try await world.store.end(
            SessionEnding(
                sessionID: signed.id, epoch: 1, status: .completed, endedAt: World.start,
                result: .hash(signatureValue: "c2ln"), error: nil, event: world.event(signed),
                makeDeliveryID: { id() }))
        #expect(
            try await world.store.session(signed.id, client: world.client)?.result == .hash(signatureValue: "c2ln"))
        let refused = try await world.watched()
        let error = SessionError(.userRefused, upstreamCode: 40020)
        _ = try await world.store.end(
            SessionEnding(
                sessionID: refused.id, epoch: 1, status: .failed, endedAt: World.start, result: nil, error: error,
                event: world.event(refused, .sessionFailed), makeDeliveryID: { id() }))
        #expect(try await world.store.session(refused.id, client: world.client)?.error == error)
    }
}
