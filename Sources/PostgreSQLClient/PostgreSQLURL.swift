import CPostgreSQL

/// Where a database is, and how to get in, as libpq has it:
/// `postgres://user:password@host:5432/name?sslmode=verify-full`.
///
/// What the URL does not say, libpq's variables of the environment and its password file do, except for what is set
/// here:
/// `application_name`, `connect_timeout` (5 s for each host), keepalives and `tcp_user_timeout`, so that a peer that is
/// gone is noticed, and no GSS encryption. `client_encoding` is UTF8 in any case. Several hosts are tried in their
/// order;
/// `target_session_attrs=read-write` makes that the way to whichever is the primary.
public struct PostgreSQLURL: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// What is wrong with a URL; the text repeats no part of it that could be of a password.
    public struct Invalid: Error, CustomStringConvertible {
        /// One line for people.
        public let description: String
    }

    private let options: [String: String]

    /// Reads a URL.
    ///
    /// - Throws: ``Invalid`` when libpq cannot read it, or when it looks as if a character of the password had to be
    ///   percent-encoded: libpq would take the rest of the password for the host and name it in its messages.
    public init(_ text: String, applicationName: String = "") throws(Invalid) {
        guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix) else {
            throw Invalid(description: "it does not begin with postgres://")
        }
        let rest = text.dropFirst(scheme.count)
        if let at = rest.lastIndex(of: "@"), rest[..<at].contains(where: { "@/?".contains($0) }) {
            throw Invalid(description: "a user, password or value holds one of @ / ? that is not percent-encoded")
        }
        guard !text.utf8.contains(0) else { throw Invalid(description: "it holds a NUL character") }
        var options = [
            "application_name": applicationName, "connect_timeout": "5", "gssencmode": "disable",
            "keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "2",
            "tcp_user_timeout": "10000",
        ]
        options.merge(try Self.parse(text)) { $1 }
        options["client_encoding"] = "UTF8"
        self.options = options
        guard hostCount <= 1 || ["host", "hostaddr"].allSatisfy({ [1, hostCount].contains(list($0).count) }),
            [1, hostCount].contains(list("port").count)
        else { throw Invalid(description: "it has not as many ports as hosts") }
    }

    /// The user, hosts and name, as in `user@db1:5432,db2/name`: what may be logged.
    public var description: String {
        let hosts = (0..<hostCount).map { index in
            let one = self.host(index)
            let name = one["host"] ?? one["hostaddr"] ?? ""
            let port = one["port"] ?? ""
            return port.isEmpty ? name : "\(name):\(port)"
        }
        return "\(options["user"].map { "\($0)@" } ?? "")\(hosts.joined(separator: ","))"
            + (options["dbname"].map { "/\($0)" } ?? "")
    }

    /// Only the description, so that no dump shows the password.
    public var customMirror: Mirror { Mirror(self, children: ["target": description]) }

    /// How long one host may take to let a connection in.
    var connectTimeout: Duration {
        let seconds = options["connect_timeout"].flatMap { Int($0) } ?? 0
        // Nothing, and libpq's zero for "for ever", mean the default.
        return .seconds(seconds > 0 ? min(seconds, 3600) : 5)
    }

    /// The options for each host, in their order.
    var targets: [[String: String]] {
        (0..<hostCount).map { options.merging(host($0)) { $1 } }
    }

    private var hostCount: Int { max(list("host").count, list("hostaddr").count) }

    /// What differs from host to host.
    private func host(_ index: Int) -> [String: String] {
        var own: [String: String] = [:]
        for name in ["host", "hostaddr", "port"] where options[name] != nil {
            let list = list(name)
            own[name] = list.count == 1 ? list[0] : list[index]
        }
        return own
    }

    private func list(_ name: String) -> [String] {
        (options[name] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func parse(_ text: String) throws(Invalid) -> [String: String] {
        var reason: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(text, &reason) else {
            defer { PQfreemem(reason) }
            // What it quotes may be of the password.
            let said = reason.map { String(cString: $0) }?.prefix { $0 != "\"" && $0 != "\n" } ?? "it cannot be read"
            throw Invalid(description: String(said.drop { $0 == " " }))
        }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var next = parsed
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        return options
    }
}
