import BridgeCore
import BridgeRuntime
import BridgeStore
import Foundation
import Hummingbird
import Logging
import Marksign
import StrictJSON
import Synchronization

@testable import BridgeServer

/// The API on a port of its own, over a store in a temporary folder, with two clients.
struct APIServer: Sendable {
    let port: Int
    let store: SQLStore
    let sessions: FakeSessions
    let environment: BridgeRuntime.Environment
    let first: TestClient
    let second: TestClient
    let told: Told
    let clock: TestClock
    let responder: APIResponder

    /// A client and its key.
    struct TestClient: Sendable {
        let id: ClientID
        let key: String
    }

    /// What the API told the deliveries' service.
    final class Told: Sendable {
        private let state = Mutex(State())

        struct State: Sendable {
            /// The deliveries that are due.
            var due: [DueDelivery] = []
            /// How often there was a recovery to carry out.
            var recoveries = 0
            /// The endpoints that were changed or removed.
            var changed: [Endpoint] = []
        }

        var all: State { state.withLock { $0 } }

        func wake(_ due: [DueDelivery]) { state.withLock { $0.due += due } }
        func recover() { state.withLock { $0.recoveries += 1 } }
        func change(_ endpoint: Endpoint) { state.withLock { $0.changed.append(endpoint) } }
    }

    /// The real time, or later.
    final class TestClock: Sendable {
        private let offset = Mutex(Duration.zero)

        var now: Timestamp {
            Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) + offset.withLock { $0 }
        }

        func advance(by duration: Duration) { offset.withLock { $0 += duration } }
    }

    /// Runs a server for as long as `body` takes.
    static func run(
        limits: APILimits = APILimits(maximumFileBytes: 4096, maximumRequestBytes: 65536),
        connections: ConnectionLimits = ConnectionLimits(), log: RecordingLog = RecordingLog(),
        isReady: @escaping @Sendable () -> Bool = { true }, publicURL: String? = nil,
        _ body: @Sendable (APIServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "api-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let store = try SQLStore.open(path: folder.appending(path: "store.sqlite").path, logger: logger)
        let clock = TestClock()
        let environment = BridgeRuntime.Environment(
            now: { Moment(wall: clock.now, tick: Tick(nanoseconds: 0)) }, random: { UInt64.random(in: .min ... .max) })
        let sessions = FakeSessions(store: store, environment: environment)
        let told = Told()
        let api = APIDependencies(
            store: store, sessions: sessions, wake: { told.wake($0) }, recover: { told.recover() },
            endpointChanged: { told.change($0) }, environment: environment, publicURL: publicURL, limits: limits,
            addressFault: { $0.hasPrefix("https://") || $0 == "http://plain" ? nil : "must be an https URL" },
            isReady: isReady, openAPI: Array("openapi: 3.1.0\n".utf8))
        let first = try await client(store, environment)
        let second = try await client(store, environment)
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let responder = APIResponder(api, logger: log.logger)
        let application = Application(
            responder: responder, server: .guardedHTTP1(limits: connections),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { return }
            let server = APIServer(
                port: port, store: store, sessions: sessions, environment: environment, first: first, second: second,
                told: told, clock: clock, responder: responder)
            try await body(server)
            group.cancelAll()
            while let result = await group.nextResult() { _ = result }
        }
        await store.close()
    }

    private static func client(_ store: SQLStore, _ environment: BridgeRuntime.Environment) async throws
        -> TestClient
    {
        let now = environment.now().wall
        var generator = SystemRandomNumberGenerator()
        let key = APIKey(using: &generator)
        let client = Client(id: environment.identifier(), name: "test", createdAt: now)
        try await store.addClient(
            client, key: StoredAPIKey(id: key.id, clientID: client.id, digest: key.digest, createdAt: now))
        return TestClient(id: client.id, key: key.text)
    }

    /// Sends one request on a connection of its own, and reads its answer.
    func send(
        _ method: String, _ path: String, as client: TestClient? = nil, headers: [String] = [], json: String? = nil
    ) async throws -> RawResponse {
        try await RawConnection.open(port: port) { connection in
            var lines = ["\(method) \(path) HTTP/1.1", "Host: test", "Connection: close"] + headers
            if let client { lines.append("Authorization: Bearer \(client.key)") }
            if let json {
                lines += ["Content-Type: application/json", "Content-Length: \(json.utf8.count)"]
            }
            try await connection.write(lines.joined(separator: "\r\n") + "\r\n\r\n" + (json ?? ""))
            guard let response = try await connection.response(hasBody: method != "HEAD") else {
                throw ConnectionEnded()
            }
            return response
        }
    }

    /// Starts a session of the first client's, and gives it as the store has it.
    func startedSession(_ body: String = Bodies.document) async throws -> Session {
        let response = try await send("POST", "/v1/sessions", as: first, json: body)
        guard let text = response.json?["id"]?.string, let id = SessionID(text),
            let session = try await store.session(id, client: first.id)
        else { throw ConnectionEnded() }
        return session
    }

    /// Registers an endpoint of the first client's, and gives its id.
    ///
    /// - Parameter more: Members beside the URL, each with a comma before it.
    func registeredEndpoint(_ more: String = "") async throws -> EndpointID {
        let response = try await send(
            "POST", "/v1/endpoints", as: first, json: #"{"url":"https://example.org/hook"\#(more)}"#)
        guard let text = response.json?["id"]?.string, let id = EndpointID(text) else { throw ConnectionEnded() }
        return id
    }

    /// Sends the first client's endpoint a test, and gives its delivery.
    func testDelivery(to endpoint: EndpointID) async throws -> DeliveryID {
        let response = try await send("POST", "/v1/endpoints/\(endpoint)/test", as: first)
        guard let text = response.json?["delivery_id"]?.string, let id = DeliveryID(text) else {
            throw ConnectionEnded()
        }
        return id
    }

    /// Ends a session of the first client's that was started, with an event.
    func endedSession() async throws -> SessionID {
        let session = try await startedSession()
        let signed = SignedDocument(content: Array("%PDF-1.7\n".utf8), name: "a.pdf", digest: nil)
        try await sessions.end(session, .completed(.document(signed)), content: signed.content)
        return session.id
    }

    /// Records an attempt of a delivery that is pending, and gives its id.
    @discardableResult
    func recordAttempt(
        of delivery: DeliveryID, _ result: AttemptResult, _ decision: RetryPolicy.Decision,
        startedAt: Timestamp = Timestamp(milliseconds: 0)
    ) async throws -> AttemptID {
        guard let work = try await store.work(for: delivery) else { throw ConnectionEnded() }
        let attempt = Attempt(
            id: environment.identifier(), number: work.attemptCount + 1, startedAt: startedAt,
            durationMilliseconds: 12, result: result)
        let record = AttemptRecord(
            attempt: attempt, deliveryID: delivery, fence: work.fence, endpointEpoch: work.endpoint.epoch,
            decision: decision,
            failingCutoff: Timestamp(milliseconds: 0))
        _ = try await store.record(record)
        return attempt.id
    }

    struct ConnectionEnded: Error {}
}
