import Testing

@testable import PostgreSQLClient

@Suite("Kinds of errors")
struct ErrorKindTests {
    @Test(
        "A code decides the kind",
        arguments: [
            ("40001", .conflict), ("40P01", .conflict), ("55P03", .conflict),
            ("23505", .unique), ("23503", .other), ("23514", .other),
            ("25006", .readOnly), ("25001", .other),
            ("08000", .unavailable), ("08006", .unavailable), ("08P01", .unavailable),
            ("57P01", .unavailable), ("57P02", .unavailable), ("57P03", .unavailable), ("57000", .other),
            ("53100", .unavailable), ("53200", .unavailable), ("53300", .unavailable),
            ("57014", .timeout), ("25P03", .timeout), ("25P04", .timeout), ("25P02", .other),
            ("28000", .denied), ("28P01", .denied), ("42501", .denied),
            ("3D000", .missing), ("3F000", .missing), ("42P01", .missing), ("42703", .other),
            ("22021", .other), ("XX000", .other), ("", .other),
        ] as [(String, PostgreSQLError.Kind)])
    func table(code: String, kind: PostgreSQLError.Kind) {
        #expect(PostgreSQLError.Kind(sqlState: code) == kind)
    }

    @Test("A message is one line, and bounded")
    func message() {
        #expect(PostgreSQLError(.other, message: "one\ntwo").message == "one")
        #expect(PostgreSQLError(.other, message: String(repeating: "x", count: 1000)).message.count == 300)
        #expect(PostgreSQLError(.unique, sqlState: "23505", message: "twice").description == "unique 23505: twice")
    }
}
