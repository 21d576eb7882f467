import PostgreSQLServer
import Testing

@testable import PostgreSQLClient

@Suite("Values")
struct ValueTests {
    @Test(
        "Every type comes back as it went",
        arguments: [
            ("smallint", .integer(-32768)), ("smallint", .integer(32767)),
            ("integer", .integer(-2_147_483_648)), ("integer", .integer(2_147_483_647)),
            ("bigint", .integer(.min)), ("bigint", .integer(.max)), ("bigint", .null),
            ("boolean", .integer(1)), ("boolean", .integer(0)), ("boolean", .null),
            ("text", .text("")), ("text", .text("Ąžuolas 🌳 \\ ' \" $1\n")), ("text", .null),
            ("varchar", .text("x")), ("name", .text("y")),
            ("bytea", .blob([])), ("bytea", .blob(Array(0...255))), ("bytea", .null),
            ("bytea", .blob((0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) })),
            ("text", .text(String(repeating: "ž", count: 1 << 20))),
        ] as [(String, PostgreSQLValue)])
    func roundTrip(type: String, value: PostgreSQLValue) async throws {
        let back = try await withConnection { try $0.value("SELECT $1::\(type)", [value]) }
        #expect(back == value)
    }

    @Test("Values of several kinds in one statement keep their places")
    func places() async throws {
        let values: [PostgreSQLValue] = [.blob([1]), .null, .text("a"), .integer(2), .blob([]), .text(""), .text("b")]
        let result = try await withConnection {
            try $0.query("SELECT $1::bytea, $2::bytea, $3::text, $4::int, $5::bytea, $6::text AS f, $7::text", values)
        }
        #expect(result.rows == [values])
        #expect(result.columns[5] == "f")
    }

    @Test("Parameters are what the statement needs them to be")
    func inferred() async throws {
        let name = uniqueName()
        let result = try await withConnection { connection throws in
            try connection.run("CREATE TEMPORARY TABLE \(name) (a SMALLINT, b BIGINT, c TEXT, d BYTEA, e BOOLEAN)")
            let values: [PostgreSQLValue] = [.integer(1), .integer(1 << 40), .text("c"), .blob([0, 255]), .integer(1)]
            let insert = try connection.query("INSERT INTO \(name) VALUES ($1, $2, $3, $4, $5)", values)
            #expect(insert.affected == 1 && insert.rows.isEmpty)
            return try connection.query("SELECT *, b > $1 FROM \(name) WHERE c = $2", [.integer(7), .text("c")])
        }
        #expect(
            result.rows == [[.integer(1), .integer(1 << 40), .text("c"), .blob([0, 255]), .integer(1), .integer(1)]])
    }

    @Test("Affected rows are counted")
    func affected() async throws {
        let name = uniqueName()
        let counts = try await withConnection { connection throws in
            try connection.run("CREATE TEMPORARY TABLE \(name) (a BIGINT); INSERT INTO \(name) VALUES (1), (2), (3)")
            return [
                try connection.query("UPDATE \(name) SET a = a + 1 WHERE a > $1", [.integer(1)]).affected,
                try connection.query("DELETE FROM \(name) WHERE a > $1 RETURNING a", [.integer(100)]).affected,
                try connection.query("SET search_path = public").affected,
            ]
        }
        #expect(counts == [2, 0, 0])
    }

    @Test("A function without a result gives null")
    func void() async throws {
        let value = try await withConnection { try $0.value("SELECT pg_advisory_xact_lock($1)", [.integer(-5)]) }
        #expect(value == .null)
    }

    @Test("A type that is not read is named, and the connection goes on")
    func unknownType() async throws {
        try await withConnection { connection throws in
            let error = try failure { try connection.query("SELECT 1.5::numeric AS total") }
            #expect(error.kind == .other && error.message.contains("\"total\" has a type (1700)"))
            #expect(try connection.value("SELECT 1") == .integer(1))
        }
    }

    @Test("NUL is refused in a text and in a statement, before anything is sent")
    func nul() async throws {
        try await withConnection { connection throws in
            #expect(try failure { try connection.query("SELECT $1::text", [.text("a\0b")]) }.message.contains("$1"))
            #expect(try failure { try connection.query("SELECT 1 \0, 2") }.message.contains("NUL"))
            #expect(try failure { try connection.run("SELECT 1 \0; SELECT 2") }.message.contains("NUL"))
            #expect(connection.isOpen)
        }
    }

    @Test("More parameters than the protocol has room for are refused")
    func tooMany() async throws {
        try await withConnection { connection throws in
            let error = try failure { try connection.query("SELECT 1", Array(repeating: .null, count: 65_536)) }
            #expect(error.kind == .other && connection.isOpen)
        }
    }

    @Test("A statement that is empty, or answers by COPY, is an error")
    func unusual() async throws {
        try await withConnection { connection throws in
            #expect(try failure { try connection.query(" ") }.kind == .other)
            #expect(connection.isOpen)
            _ = try failure { try connection.run("COPY (SELECT 1) TO STDOUT") }
            #expect(!connection.isOpen)
        }
    }
}
