import Glibc
import Testing

@testable import CurlHTTP

@Suite("Cancelling and shutting down")
struct LifecycleTests {
    @Test("cancelling a task ends its transfer and closes the connection")
    func cancel() async throws {
        let ended = Counter()
        let serve: RawServer.Serve = { connection in
            connection.waitForEnd()
            ended.increment()
        }
        try await withServer(serve) { server, client in
            let request = HTTPClientRequest(url: server.url, timeout: .seconds(60))
            let task = Task { try await failure(of: request, by: client) }
            try await #expect(eventually { server.connectionCount == 1 })
            task.cancel()
            try await #expect(task.value.kind == .cancelled)
            try await #expect(eventually { ended.value == 1 })
        }
    }

    @Test("a task that is cancelled before it starts sends nothing")
    func cancelledBefore() async throws {
        try await withServer(answersOK) { server, client in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await failure(of: HTTPClientRequest(url: server.url), by: client)
            }
            task.cancel()
            try await #expect(task.value.kind == .cancelled)
            #expect(server.connectionCount == 0)
        }
    }

    @Test("shutting down fails what runs, waits and is being resolved; later requests fail too")
    func shutdown() async throws {
        let never = Counter()
        let lookup: Resolver.Lookup = { _, _ in
            while never.value == 0 { sched_yield() }
            return .success([])
        }
        defer { never.increment() }
        let server = try RawServer { $0.waitForEnd() }
        defer { server.stop() }
        let client = try HTTPClient(configuration: HTTPClientConfiguration(transfersPerEngine: 3), lookup: lookup)
        let url = server.url
        let urls = Array(repeating: url, count: 6) + ["http://slow.test/"]
        try await withThrowingTaskGroup { group in
            for url in urls {
                group.addTask {
                    try await failure(of: HTTPClientRequest(url: url, timeout: .seconds(60)), by: client)
                }
            }
            try await #expect(eventually { server.connectionCount == 3 })
            async let other: Void = client.shutdown()
            await client.shutdown()
            await other
            for try await error in group { #expect(error.kind == .shutdown) }
        }
        try await #expect(failure(of: HTTPClientRequest(url: url), by: client).kind == .shutdown)
        await client.shutdown()
    }

    @Test("an answer whose body does not matter survives a shutdown")
    func answeredAtShutdown() async throws {
        let answered = Counter()
        let serve: RawServer.Serve = { connection in
            guard let request = connection.readRequest() else { return }
            if request.head.hasPrefix("GET /other") { connection.answer("ok") }
            connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nsome")
            answered.increment()
            connection.waitForEnd()
        }
        try await withServer(serve) { server, client in
            let request = HTTPClientRequest(
                url: server.url, timeout: .seconds(60), bodyPolicy: .prefix(maxBytes: 100))
            let task = Task { try await client.execute(request) }
            try await #expect(eventually { answered.value == 1 })
            // The answer is in the client's socket, and every turn of the engine reads what all its sockets have.
            _ = try await client.execute(HTTPClientRequest(url: server.url + "other"))
            await client.shutdown()
            let response = try await task.value
            #expect(response.status == 202)
            #expect(response.text == "some")
            #expect(!response.bodyComplete)
        }
    }

    @Test("a client that is let go ends its threads")
    func letGo() async throws {
        let ended = Counter()
        let serve: RawServer.Serve = { connection in
            while connection.readRequest() != nil { connection.answer("ok") }
            ended.increment()
        }
        let server = try RawServer(serve)
        defer { server.stop() }
        func use() async throws {
            let client = try HTTPClient(configuration: HTTPClientConfiguration(engines: 3))
            _ = try await client.execute(HTTPClientRequest(url: server.url))
        }
        try await use()
        try await #expect(eventually { ended.value == 1 })
    }

    @Test("ten thousand requests, cancelled at random: each ends once, with its own answer")
    func random() async throws {
        let serve: RawServer.Serve = { connection in
            while let request = connection.readRequest() {
                connection.answer(String(decoding: request.body, as: UTF8.self))
            }
        }
        let configuration = HTTPClientConfiguration(engines: 2, transfersPerEngine: 16)
        try await withServer(serve, configuration) { server, client in
            let urls = [server.url, "http://localhost:\(server.port)/"]
            let (answered, cancelled) = (Counter(), Counter())
            try await withThrowingTaskGroup { group in
                for worker in 0..<50 {
                    group.addTask {
                        for number in 0..<200 {
                            let text = "\(worker)/\(number)"
                            let request = HTTPClientRequest(
                                method: "POST", url: urls[number % 2], body: Array(text.utf8), timeout: .seconds(60))
                            let task = Task { try await client.execute(request) }
                            for _ in 0..<Int.random(in: 0...3) { await Task.yield() }
                            if Int.random(in: 0..<4) == 0 { task.cancel() }
                            do {
                                let response = try await task.value
                                #expect(response.text == text)
                                answered.increment()
                            } catch let error as HTTPClientError {
                                #expect(error.kind == .cancelled, "\(error)")
                                cancelled.increment()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(answered.value + cancelled.value == 10_000)
            #expect(answered.value > 0)
            #expect(cancelled.value > 0)
            try await #expect(
                client.execute(HTTPClientRequest(method: "POST", url: server.url, body: [65])).text == "A")
        }
    }

    @Test(
        "settings out of their bounds are refused",
        arguments: [
            HTTPClientConfiguration(engines: 0), HTTPClientConfiguration(engines: 65),
            HTTPClientConfiguration(transfersPerEngine: 0), HTTPClientConfiguration(maxConnections: 0),
            HTTPClientConfiguration(connectionLifetime: .zero), HTTPClientConfiguration(resolverThreads: 0),
            HTTPClientConfiguration(resolverQueueLimit: -1),
            HTTPClientConfiguration(resolverCacheLifetime: .seconds(-1)),
            HTTPClientConfiguration(caFile: "/does/not/exist.pem"), HTTPClientConfiguration(userAgent: "a\r\nb"),
        ])
    func settings(_ configuration: HTTPClientConfiguration) {
        #expect(throws: HTTPClientConfiguration.InvalidSetting.self) { try HTTPClient(configuration: configuration) }
    }
}
