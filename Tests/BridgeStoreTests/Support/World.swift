import BridgeCore
import Foundation
import Marksign
import Synchronization
import Testing

@testable import BridgeStore

/// A store with a client in it, and short ways to what tests need.
struct World {
    static let start = Timestamp(milliseconds: 1_795_255_200_000)
    static let answer = KeptAnswer(status: 201, location: "/v1/sessions/x", body: Array("the kept answer".utf8))

    let place: StorePlace
    let store: SQLStore
    let client: ClientID
    let other: ClientID

    init(keys: [[UInt8]] = []) async throws {
        try await self.init(at: .make(), keys: keys)
    }

    init(at place: StorePlace, keys: [[UInt8]] = []) async throws {
        self.place = place
        store = try await place.open(keys: keys)
        client = id()
        other = id()
        for client in [client, other] {
            try await store.addClient(
                Client(id: client, name: "app", createdAt: Self.start),
                key: StoredAPIKey(
                    id: String(client.rawValue.suffix(12)), clientID: client, digest: [1, 2, 3], createdAt: Self.start))
        }
    }

    /// The folder of a store that is a file.
    var file: StoreFolder? {
        if case .file(let folder) = place { folder } else { nil }
    }

    /// The folder, for what is about SQLite itself.
    var folder: StoreFolder { get throws { try #require(file) } }

    func session(
        _ token: String? = nil, status: SessionStatus = .pending, client: ClientID? = nil, epoch: Int64 = 1,
        kind: SigningKind = .document
    ) -> Session {
        Session(
            id: id(), clientID: client ?? self.client, kind: kind, method: SigningMethod(rawValue: "smart-id")!,
            status: status, token: token.flatMap { SessionToken($0) }, controlCode: "code-9269", createdAt: Self.start,
            expiresAt: Self.start + .seconds(180),
            metadata: Metadata(pairs: [.init(key: "contract", value: "metadata-of-the-contract")]), epoch: epoch)
    }

    /// A session that is watched.
    func watched(_ token: String = UUID().uuidString, client: ClientID? = nil) async throws -> Session {
        let session = session(token, client: client)
        guard
            case .done(.watching) = try await store.watch(
                session, key: nil, answer: Self.answer, at: Self.start)
        else { throw TestFailure("not watched") }
        return session
    }

    func endpoint(
        _ events: [String] = ["session.*"], client: ClientID? = nil, enabled: Bool = true,
        options: EndpointOptions = EndpointOptions(), keys: SigningKeys = .first
    ) async throws -> EndpointID {
        let endpoint = Endpoint(
            id: id(), clientID: client ?? self.client, url: "https://receiver.example/hook",
            events: EventFilter(stored: events), description: "receiver", options: options, enabled: enabled,
            disabledReason: enabled ? nil : .byClient, createdAt: Self.start)
        _ = try await store.createEndpoint(endpoint, atMost: 100, keys: keys, key: nil, answer: Self.answer)
        return endpoint.id
    }

    func key(_ name: String, _ fingerprint: UInt8 = 1, client: ClientID? = nil) -> IdempotencyKey {
        IdempotencyKey(
            clientID: client ?? self.client, digest: Array(name.utf8), fingerprint: [fingerprint],
            expiresAt: Self.start + .seconds(86_400))
    }

    func event(_ session: Session, _ type: EventType = .sessionCompleted, at time: Timestamp = start) -> Event {
        Event(
            id: id(), clientID: session.clientID, sessionID: session.id, type: type, createdAt: time,
            body: Array("body-of-the-event".utf8))
    }

    func ending(
        _ session: Session, epoch: Int64 = 1, at time: Timestamp = start, chunks: Int = 0, answer: KeptAnswer? = nil,
        personal: PersonalData? = World.personal, event: Event? = nil
    ) -> SessionEnding {
        SessionEnding(
            sessionID: session.id, epoch: epoch, status: .completed, endedAt: time,
            result: .document(
                SignedDocumentRecord(file: Self.file, fileAvailable: chunks > 0, personal: personal)),
            error: nil, event: event ?? self.event(session, at: time), fileChunks: chunks, answer: answer,
            makeDeliveryID: { id() })
    }

    /// A session that has ended.
    func ended(at time: Timestamp = start) async throws -> Session {
        let session = try await watched()
        guard try await store.end(ending(session, at: time)) != nil else { throw TestFailure("not ended") }
        return session
    }

    /// A pending delivery of an ended session.
    func delivery(at time: Timestamp = start) async throws -> (session: Session, due: DueDelivery) {
        let session = try await watched()
        guard let due = try await store.end(ending(session, at: time))?.first else { throw TestFailure("nothing due") }
        return (session, due)
    }

    static let file = SignedFile(
        name: "contract_signed.pdf", size: 3, digest: "a09f", digestAlgorithm: nil, digestVerified: false, sha256: "ff",
        mediaType: "application/pdf")
    static let personal = PersonalData(
        signatureID: "sig-1", name: "Testname", surname: "Testsurname", sanctionsData: Array(#"[{"score":1.10}]"#.utf8),
        pepsData: nil)
    static let key32 = [UInt8](repeating: 7, count: 32)
    static let otherKey32 = [UInt8](repeating: 8, count: 32)
}

struct TestFailure: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// A new id, of about the time that everything happens at; later ones sort after earlier ones.
func id<Kind>() -> Identifier<Kind> {
    var generator = SystemRandomNumberGenerator()
    let number = lastNumber.add(1, ordering: .relaxed).newValue
    return Identifier(at: World.start + .milliseconds(number), using: &generator)
}

private let lastNumber = Atomic<Int64>(1)

extension Attempt {
    static func make(
        _ number: Int, _ error: AttemptError? = nil, at time: Timestamp = World.start, isRefused: Bool = false
    ) -> Attempt {
        Attempt(
            id: BridgeStoreTests.id(), number: number, startedAt: time, durationMilliseconds: 12,
            result: AttemptResult(
                error: error, status: error == nil ? 200 : error == .status ? 500 : nil, address: "192.0.2.1",
                response: Array("answer".utf8), isRefused: isRefused))
    }
}

extension SigningKeys {
    static let first = SigningKeys(secret: "whsec_first", privateKey: "whsk_first")
    static let second = SigningKeys(secret: "whsec_second", privateKey: "whsk_second")
    static let third = SigningKeys(secret: "whsec_third", privateKey: "whsk_third")
}

extension Timestamp {
    /// No endpoint has failed since then.
    static let longAgo = Timestamp(milliseconds: 0)
}

/// Waits until a condition holds, for 20 seconds at most.
func eventually(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
        if ContinuousClock.now > deadline { throw TestFailure("it did not come true") }
        await Task.yield()
    }
}
