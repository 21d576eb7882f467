import Dispatch
import PostgreSQLServer
import Testing

@testable import PostgreSQLClient

@Suite("Pools")
struct PoolTests {
    private let limit = Duration.seconds(30)

    @Test("Many callers share a few connections, and each gets its own answer")
    func sharing() async throws {
        try await withPool(size: 3) { pool throws in
            let answers = try await withThrowingTaskGroup { group in
                for number in Int64(0)..<200 {
                    group.addTask {
                        try await pool.transaction(limit: limit) { connection in
                            let row = try connection.query("SELECT $1::bigint, pg_backend_pid()", [.integer(number)])
                            return (number, row.rows[0])
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { [.integer($0.0)] == $0.1.prefix(1) })
            #expect(answers.count == 200 && Set(answers.map { $0.1[1] }).count <= 3)
        }
    }

    @Test("A caller waits so long for a connection, and not longer; the reserved one is free meanwhile")
    func boundedWait() async throws {
        try await withPool(size: 1, wait: .seconds(2)) { pool throws in
            // So that no connection has to be made within that time.
            for lane in [PostgreSQLPool.LaneName.shared, .reserved] {
                #expect(try await eventually { (try? await pool.run(limit: limit, in: lane) { $0.isOpen }) == true })
            }
            let (isHeld, release) = (Signal(), DispatchSemaphore(value: 0))
            defer { release.signal() }
            let holder = Task {
                defer { isHeld.send() }
                return try await pool.run(limit: limit) { connection in
                    isHeld.send()
                    // A thread of the pool's, which may be blocked.
                    _ = release.wait(timeout: .now() + 60)
                    return try connection.value("SELECT 7")
                }
            }
            await isHeld.wait()
            let error = try await failure { try await pool.run(limit: limit) { try $0.value("SELECT 1") } }
            #expect(error.kind == .unavailable && error.message.contains("no connection was free in time"))
            let beat = try await pool.run(limit: limit, in: .reserved) { try $0.value("SELECT 8") }
            #expect(beat == .integer(8))
            release.signal()
            #expect(try await holder.value == .integer(7))
        }
    }

    @Test("A connection that was ended while it was idle is replaced unnoticed")
    func endedWhileIdle() async throws {
        try await withPool(size: 1) { pool throws in
            for _ in 0..<5 {
                let process = try await pool.run(limit: limit) { try $0.processID() }
                try await withConnection { _ = try $0.query("SELECT pg_terminate_backend($1::int, 60000)", [process]) }
                // Not repeated by the pool: it might be done twice.
                #expect(try await pool.run(limit: limit) { try $0.processID() } != process)
            }
        }
    }

    @Test("A connection that ends just as a transaction begins is replaced, and the body runs once")
    func endedAtBegin() async throws {
        let server = try await PostgreSQLServer.shared.value
        let proxy = try Proxy(to: server.port)
        defer { proxy.stop() }
        proxy.on("BEGIN", .cut)
        let calls = Counter()
        try await withPool(server.url(port: proxy.port)) { pool throws in
            let value = try await pool.transaction(limit: limit) { connection in
                calls.increment()
                return try connection.value("SELECT 1")
            }
            #expect(value == .integer(1))
        }
        #expect(proxy.hits == 1 && calls.value == 1)
    }

    @Test("Once a connection turned out to lead nowhere, none of the idle ones is used again")
    func deadLink() async throws {
        let server = try await PostgreSQLServer.shared.value
        let proxy = try Proxy(to: server.port)
        defer { proxy.stop() }
        try await withPool(server.url(port: proxy.port), size: 3) { pool throws in
            try await useAll(3, of: pool)
            proxy.swallowPresent()
            let error = try await failure { try await pool.run(limit: .milliseconds(300)) { try $0.value("SELECT 1") } }
            #expect(error.kind == .inDoubt)
            try await useAll(3, of: pool)
        }
        #expect(proxy.hits == 1)
    }

    /// So many callers have a connection at once.
    private func useAll(_ count: Int, of pool: PostgreSQLPool) async throws {
        let arrivals = DispatchGroup()
        for _ in 0..<count { arrivals.enter() }
        try await withThrowingTaskGroup { group in
            for _ in 0..<count {
                group.addTask {
                    try await pool.run(limit: limit) {
                        arrivals.leave()
                        // A thread of the pool's, which may be blocked.
                        _ = arrivals.wait(timeout: .now() + 20)
                        return try $0.value("SELECT 1")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("A transaction whose connection is ended fails, the next one does not")
    func endedInTransaction() async throws {
        try await withPool(size: 1) { pool throws in
            let error = try await failure {
                try await pool.transaction(limit: limit) {
                    _ = try $0.query("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error.kind == .unavailable && error.sqlState == "57P01")
            #expect(try await pool.transaction(limit: limit) { try $0.value("SELECT 1") } == .integer(1))
        }
    }

    @Test("A wrong password or database is told at once, not when the wait is over")
    func lastingFailure() async throws {
        let server = try await PostgreSQLServer.shared.value
        let wrong = "postgres://postgres:wrongsecret@127.0.0.1:\(server.port)/postgres"
        for (url, kind) in [(wrong, .denied), (server.url(database: "nowhere"), .missing)]
            as [(String, PostgreSQLError.Kind)]
        {
            try await withPool(url) { pool throws in
                #expect(try await failure { try await pool.run(limit: limit) { $0.serverVersion } }.kind == kind)
                #expect(try await failure { try await pool.run(limit: limit) { $0.serverVersion } }.kind == kind)
            }
        }
    }

    @Test("A transaction that a body leaves open does not reach the next caller")
    func leftOpen() async throws {
        try await withPool(size: 1) { pool throws in
            try await pool.run(limit: limit) { try $0.run("BEGIN") }
            #expect(try await pool.run(limit: limit) { $0.isInTransaction } == false)
        }
    }

    @Test("Closing waits for what runs and what waits, ends the connections, and refuses the rest")
    func closing() async throws {
        let server = try await PostgreSQLServer.shared.value
        let name = uniqueName()
        let pool = PostgreSQLPool(
            to: try PostgreSQLURL(server.url(), applicationName: name), size: 1, wait: .seconds(60))
        let (isHeld, release) = (Signal(), DispatchSemaphore(value: 0))
        defer { release.signal() }
        let running = Task {
            defer { isHeld.send() }
            return try await pool.transaction(limit: limit) { connection in
                isHeld.send()
                _ = release.wait(timeout: .now() + 60)
                return try connection.value("SELECT 1")
            }
        }
        await isHeld.wait()
        let waiting = Task { try await pool.transaction(limit: limit) { try $0.value("SELECT 2") } }
        #expect(try await eventually { pool.waitingCount == 1 })
        async let closed: Void = pool.close()
        #expect(
            try await eventually { () throws in
                do {
                    // Until it is closing, this waits behind the others; it ends with them in any case.
                    return try await pool.run(limit: limit, in: .reserved) { _ in false }
                } catch { return (error as? PostgreSQLError)?.message == "the pool is closed" }
            })
        release.signal()
        #expect(try await running.value == .integer(1))
        #expect(try await waiting.value == .integer(2))
        await closed
        await pool.close()
        let error = try await failure { try await pool.run(limit: limit) { $0.serverVersion } }
        #expect(error.message == "the pool is closed")
        // The server notices a moment later.
        #expect(
            try await eventually { () throws in
                try await withConnection {
                    try $0.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", [.text(name)])
                } == .integer(0)
            })
    }

    @Test("When it is cut, what runs ends as if unanswered, what waits is refused, and closing waits for neither")
    func cutting() async throws {
        try await withPool(size: 1) { pool throws in
            let running = Task {
                try await pool.transaction(limit: .seconds(60)) { try $0.value("SELECT pg_sleep(60)") }
            }
            let asked = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'"
            #expect(
                try await eventually { () throws in try await withConnection { try $0.value(asked) } == .integer(1) })
            let waiting = Task { try await pool.transaction(limit: limit) { try $0.value("SELECT 2") } }
            #expect(try await eventually { pool.waitingCount == 1 })
            pool.cut(after: .zero)
            let (cut, refused) = (
                try await failure { try await running.value }, try await failure { try await waiting.value }
            )
            #expect(cut.kind == .unavailable && cut.message == "the server did not answer in time")
            #expect(refused.message == "the pool is closed" && pool.isCut)
        }
    }

    @Test("A pool that is let go of ends its threads and connections")
    func letGo() async throws {
        let server = try await PostgreSQLServer.shared.value
        let name = uniqueName()
        do {
            let pool = PostgreSQLPool(to: try PostgreSQLURL(server.url(), applicationName: name), size: 1)
            _ = try await pool.run(limit: limit) { try $0.processID() }
        }
        #expect(
            try await eventually { () throws in
                try await withConnection {
                    try $0.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", [.text(name)])
                } == .integer(0)
            })
    }
}
