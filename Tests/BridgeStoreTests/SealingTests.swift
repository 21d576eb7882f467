import BridgeCore
import Foundation
import Testing

@testable import BridgeStore

@Suite struct SealingTests {
    static let first = World.key32
    static let second = World.otherKey32

    /// Keys at the first opening, at the second, and what becomes of the second.
    static let openings: [([[UInt8]], [[UInt8]], (@Sendable (String) -> StoreOpenError)?)] = [
        ([], [], nil),
        ([first], [first], nil),
        ([first], [second, first], nil),
        ([first], [], { .keyMissing(path: $0) }),
        ([first], [second], { .keyDoesNotFit(path: $0) }),
        ([], [first], { .notSealed(path: $0) }),
        ([first], [[1, 2, 3]], { _ in .keyMalformed }),
    ]

    @Test(arguments: openings.indices) func aKeyFitsOrStopsTheStart(_ index: Int) async throws {
        let (keys, later, refusal) = Self.openings[index]
        let folder = try StoreFolder()
        try await folder.open(keys: keys).close()
        let before = try folder.bytes()
        guard let refusal else { return try await folder.open(keys: later).close() }
        #expect(throws: refusal(try StoreFile(path: folder.path).path)) { try folder.open(keys: later) }
        #expect(try folder.bytes() == before)
    }

    @Test func everyKeyThatSealedIsNeeded() async throws {
        let folder = try StoreFolder()
        try await folder.open(keys: [Self.first]).close()
        try await folder.open(keys: [Self.second, Self.first]).close()
        #expect(throws: StoreOpenError.self) { try folder.open(keys: [Self.first]) }
        #expect(throws: StoreOpenError.self) { try folder.open(keys: [Self.second]) }
    }

    @Test func aValueOpensOnlyWhereItWasSealed() throws {
        let sealer = try Sealer(keys: [Self.first])
        let sealed = sealer.seal(Data("value".utf8), at: Place(.token, "1"))
        #expect(try sealer.open(sealed, at: Place(.token, "1")) == Data("value".utf8))
        #expect(throws: DamagedValue.self) { try sealer.open(sealed, at: Place(.token, "2")) }
        #expect(throws: DamagedValue.self) { try sealer.open(sealed, at: Place(.result, "1")) }
        let plain = try Sealer(keys: []).seal(Data("value".utf8), at: Place(.token, "1"))
        #expect(throws: DamagedValue.self) { try sealer.open(plain, at: Place(.token, "1")) }
        #expect(throws: DamagedValue.self) { try Sealer(keys: []).open(sealed, at: Place(.token, "1")) }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: DamagedValue.self) { try sealer.open(changed, at: Place(.token, "1")) }
        }
    }

    static let secrets = [
        "token-that-is-secret", "metadata-of-the-contract", "whsec_first", "whsk_first", "whsec_second", "whsk_second",
        "Bearer of-the-receiver", "PEM of the key", "body-of-the-event",
        "the kept answer", "Testsurname", "contract_signed.pdf", "chunk-of-the-file", "code-9269", "answer",
    ]

    @Test(arguments: [true, false]) func aSealedStoreShowsNothing(isSealed: Bool) async throws {
        let world = try await World(keys: isSealed ? [Self.first] : [])
        let endpoint = try await world.endpoint(options: EndpointOptionTests.options)
        _ = try await world.store.rotateKeys(
            endpoint, client: world.client, to: .second, overlapUntil: World.start + .seconds(10), at: World.start,
            key: nil, answer: World.answer)
        let session = world.session("token-that-is-secret")
        _ = try await world.store.watch(
            session, key: world.key("k"), answer: World.answer, at: World.start)
        try await world.store.writeFileChunk(ArraySlice("chunk-of-the-file".utf8), index: 0, of: session.id, epoch: 1)
        let due = try #require(try await world.store.end(world.ending(session, chunks: 1))).first
        try await world.record(.make(1), of: try #require(due).id, .delivered)
        for secret in Self.secrets {
            #expect(try world.folder.contains(secret) == !isSealed, "\(secret)")
        }
        let read = try await world.store.session(session.id, client: world.client)
        #expect(read?.token == session.token)
        #expect(read?.metadata == session.metadata)
    }
}
