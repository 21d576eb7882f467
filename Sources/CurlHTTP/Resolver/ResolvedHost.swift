/// The addresses of a name, in the order in which to try them.
final class ResolvedHost: Sendable {
    let host: String
    let port: UInt16
    let addresses: [RemoteAddress]
    private let list: StringList

    init(host: String, port: UInt16, addresses: [RemoteAddress]) {
        self.host = host
        self.port = port
        self.addresses = addresses
        list = StringList([Self.line(host, port, addresses)])
    }

    /// The addresses that `filter` allows, in libcurl's notation; nil when it allows none.
    func resolveList(allowedBy filter: ((RemoteAddress) -> Bool)?) -> StringList? {
        guard let filter else { return list }
        let allowed = addresses.filter(filter)
        if allowed.count == addresses.count { return list }
        return allowed.isEmpty ? nil : StringList([Self.line(host, port, allowed)])
    }

    /// `+host:port:address[,address]…`; the plus sign lets the entry expire.
    private static func line(_ host: String, _ port: UInt16, _ addresses: [RemoteAddress]) -> String {
        let addresses = addresses.map { $0.isIPv6 ? "[\($0.host)]" : $0.host }
        return "+\(host):\(port):\(addresses.joined(separator: ","))"
    }
}
