import Foundation
import Synchronization
import Testing

@testable import CurlHTTP

/// Runs a server and a client for as long as `body` lasts.
func withServer<Value>(
    _ serve: @escaping RawServer.Serve,
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    lookup: @escaping Resolver.Lookup = SystemLookup.addresses,
    _ body: (RawServer, HTTPClient) async throws -> Value
) async throws -> Value {
    let server = try RawServer(serve)
    defer { server.stop() }
    return try await withClient(configuration, lookup: lookup) { try await body(server, $0) }
}

/// Runs a client for as long as `body` lasts.
func withClient<Value>(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    lookup: @escaping Resolver.Lookup = SystemLookup.addresses,
    _ body: (HTTPClient) async throws -> Value
) async throws -> Value {
    let client = try HTTPClient(configuration: configuration, lookup: lookup)
    let result: Result<Value, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    await client.shutdown()
    return try result.get()
}

/// The error of a request that has to fail.
func failure(
    of request: HTTPClientRequest, by client: HTTPClient, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> HTTPClientError {
    let error = await #expect(throws: HTTPClientError.self, sourceLocation: sourceLocation) {
        try await client.execute(request)
    }
    return try #require(error, sourceLocation: sourceLocation)
}

/// Waits until `condition` holds, at most a minute: other tests may have the machine to themselves meanwhile.
func eventually(_ condition: () -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(2))
    }
    return true
}

/// Answers every request on a connection with `ok`.
let answersOK: RawServer.Serve = { connection in
    while connection.readRequest() != nil { connection.answer("ok") }
}

/// Counts across threads.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    /// Adds one and returns the new value.
    @discardableResult
    func increment() -> Int { count.add(1, ordering: .sequentiallyConsistent).newValue }
}

extension HTTPClientResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension RemoteAddress {
    static func loopback(_ last: UInt8, _ port: UInt16) -> RemoteAddress {
        RemoteAddress(bytes: [127, 0, 0, last], port: port)!
    }
}
