import Testing

@testable import PostgreSQLClient

@Suite("URLs")
struct URLTests {
    @Test(
        "What is logged of a URL",
        arguments: [
            ("postgres://ann:secret@db:5433/name", "ann@db:5433/name"),
            ("postgresql://ann:secret@db/name?sslmode=verify-full", "ann@db/name"),
            ("postgres://ann:se%40cr%2Fet@[::1]:5433/name", "ann@::1:5433/name"),
            ("postgres://ann@a:1,b:2/name?password=secret", "ann@a:1,b:2/name"),
            ("postgres://ann:secret@a,b:7/name", "ann@a,b:7/name"),
            ("postgres:///name", "/name"),
        ])
    func description(url: String, expected: String) throws {
        let url = try PostgreSQLURL(url)
        #expect(url.description == expected)
        var dumped = ""
        dump(url, to: &dumped)
        for shown in [dumped, "\(url)", String(reflecting: url), "\([url])"] { #expect(!shown.contains("secret")) }
    }

    @Test(
        "A wrong URL is refused without repeating it",
        arguments: [
            "mysql://ann:secret@db/name", "host=db password=secret", "postgres://ann:sec@ret@db/name",
            "postgres://ann:sec/ret@db/name", "postgres://ann:sec?ret@db/name", "postgres://ann:secret%ZZ@db/name",
            "postgres://ann:secret@db:54x33/name?x", "postgres://ann:secret@[::1/name", "postgres://ann@db/n?secret=1",
            "postgres://ann@db/n?secret", "postgres://ann:secret@a,b,c/n?port=1,2", "postgres://ann:sec%00ret@db/n",
        ])
    func refused(url: String) throws {
        let error = try #require(throws: PostgreSQLURL.Invalid.self) { try PostgreSQLURL(url) }
        for part in ["sec", "ret", "\n"] { #expect(!error.description.contains(part), "\(error)") }
        #expect(!error.description.isEmpty)
    }

    @Test("What the URL says goes before what is set here")
    func defaults() throws {
        let plain = try #require(PostgreSQLURL("postgres://db/name", applicationName: "bridge").targets.first)
        #expect(plain["application_name"] == "bridge")
        #expect(plain["client_encoding"] == "UTF8")
        #expect(plain["options"] == nil)
        let other = try PostgreSQLURL(
            "postgres://db/name?application_name=a&tcp_user_timeout=7&client_encoding=LATIN1&connect_timeout=9")
        let options = try #require(other.targets.first)
        #expect(options["application_name"] == "a")
        #expect(options["tcp_user_timeout"] == "7")
        #expect(options["client_encoding"] == "UTF8")
        #expect(other.connectTimeout == .seconds(9))
        #expect(try PostgreSQLURL("postgres://db/name?connect_timeout=0").connectTimeout == .seconds(5))
    }

    @Test("Each host has its own port")
    func hosts() throws {
        let targets = try PostgreSQLURL("postgres://a:1,b:2/name").targets
        #expect(targets.map { $0["host"] } == ["a", "b"])
        #expect(targets.map { $0["port"] } == ["1", "2"])
        #expect(try PostgreSQLURL("postgres://a,b/name?port=3").targets.map { $0["port"] } == ["3", "3"])
        #expect(try PostgreSQLURL("postgres:///name").targets.count == 1)
    }
}
