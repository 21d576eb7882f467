import Dispatch
import Testing

@testable import CurlHTTP

@Suite("Name lookups")
struct ResolverTests {
    @Test("a name that does not exist")
    func unknown() async throws {
        try await withClient { client in
            let error = try await failure(of: HTTPClientRequest(url: "http://does-not-exist.invalid/"), by: client)
            #expect(error.kind == .resolve)
            #expect(!error.requestSent)
            #expect(!error.message.isEmpty)
        }
    }

    @Test("a name without an address")
    func empty() async throws {
        try await withClient(lookup: { _, _ in .success([]) }) { client in
            try await #expect(failure(of: HTTPClientRequest(url: "http://empty.test/"), by: client).kind == .resolve)
        }
    }

    @Test("a lookup that hangs holds up neither its own request's timeout nor anyone else")
    func hangs() async throws {
        let release = DispatchSemaphore(value: 0)
        defer { release.signal() }
        let lookup: Resolver.Lookup = { _, _ in
            release.wait()
            return .success([])
        }
        try await withServer(answersOK, lookup: lookup) { server, client in
            async let hanging = failure(
                of: HTTPClientRequest(url: "http://slow.test/", timeout: .milliseconds(300)), by: client)
            for _ in 0..<10 { try await #expect(client.execute(HTTPClientRequest(url: server.url)).text == "ok") }
            let error = try await hanging
            #expect(error.kind == .timeout)
            #expect(!error.requestSent)
        }
    }

    @Test("one lookup serves all who wait, and those who come later")
    func singleFlight() async throws {
        let release = DispatchSemaphore(value: 0)
        let lookups = Counter()
        let lookup: Resolver.Lookup = { _, port in
            lookups.increment()
            release.wait()
            return .success([.loopback(1, port)])
        }
        try await withServer(answersOK, lookup: lookup) { server, client in
            let request = HTTPClientRequest(url: "http://name.test:\(server.port)/")
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await client.execute(request).text } }
                try await #expect(eventually { lookups.value == 1 })
                release.signal()
                for try await text in group { #expect(text == "ok") }
            }
            #expect(lookups.value == 1)
        }
    }

    @Test("a failed lookup is not kept")
    func failureIsNotKept() async throws {
        let lookups = Counter()
        let lookup: Resolver.Lookup = { _, port in
            lookups.increment() == 1
                ? .failure(HTTPClientError(kind: .resolve, message: "not yet")) : .success([.loopback(1, port)])
        }
        try await withServer(answersOK, lookup: lookup) { server, client in
            let request = HTTPClientRequest(url: "http://name.test:\(server.port)/")
            try await #expect(failure(of: request, by: client).message == "not yet")
            try await #expect(client.execute(request).text == "ok")
        }
    }

    @Test("names beyond the bound of the queue are refused")
    func bounded() async throws {
        let release = DispatchSemaphore(value: 0)
        let lookups = Counter()
        let lookup: Resolver.Lookup = { _, _ in
            lookups.increment()
            release.wait()
            release.signal()
            return .success([])
        }
        defer { release.signal() }
        let configuration = HTTPClientConfiguration(resolverThreads: 1, resolverQueueLimit: 0)
        try await withClient(configuration, lookup: lookup) { client in
            async let first = failure(
                of: HTTPClientRequest(url: "http://a.test/", timeout: .seconds(30)), by: client)
            try await #expect(eventually { lookups.value == 1 })
            let second = try await failure(of: HTTPClientRequest(url: "http://b.test/"), by: client)
            #expect(second.kind == .resolve)
            #expect(second.message == "too many names wait for a lookup")
            release.signal()
            try await #expect(first.message == "the name has no address")
        }
    }

    @Test("an answer is kept for its lifetime, by a clock of the machine's caller")
    func lifetime() {
        let name = ResolverState.Name(host: "a.test", port: 80)
        let host = ResolvedHost(host: "a.test", port: 80, addresses: [.loopback(1, 80)])
        let start = ContinuousClock.now
        var state = ResolverState(threadLimit: 1, queueLimit: 1, lifetime: .seconds(30))
        guard case .startThread = state.ask(name, at: start, { _ in }) else { return #expect(Bool(false), "no thread") }
        #expect(state.nextName() == name)
        #expect(state.settle(name, .success(host), at: start).count == 1)
        guard case .cached = state.ask(name, at: start.advanced(by: .seconds(29)), { _ in }) else {
            return #expect(Bool(false), "not kept")
        }
        guard case .wait = state.ask(name, at: start.advanced(by: .seconds(30)), { _ in }) else {
            return #expect(Bool(false), "kept for too long")
        }
    }
}
