/// Which addresses a webhook may go to: the one check, for a URL's literal address, for a name's answers, and for
/// the socket that is really connected.
public struct AddressPolicy: Sendable {
    private let allowed: [Network]

    /// - Parameter allowed: Networks beyond the public addresses. Metadata addresses stay forbidden.
    public init(allowed: [Network]) {
        self.allowed = allowed
    }

    /// Whether a connection to that address and port is allowed.
    public func allows(_ address: IPAddress, port: UInt16) -> Bool {
        let address = address.canonical
        func isIn(_ networks: [Network]) -> Bool { networks.contains { $0.contains(address, port: port) } }
        if isIn(Self.metadata) { return false }
        // A network that is allowed may hold a translator, which leads to what its IPv6 addresses carry.
        let carried = address.carried
        if carried.contains(where: { v4 in Self.metadata.contains { $0.contains(v4, port: port) } }) { return false }
        return isIn(allowed) || !isIn(Self.special)
    }

    /// Where clouds serve credentials to whoever asks from inside; never allowed.
    static let metadata = networks([
        "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "169.254.0.23/32", "169.254.42.42/32",
        "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32",
        "fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128", "fd00:42::42/128", "fd00:a9fe:a9fe::1/128",
    ])

    /// What is not a public unicast address: the IANA special-purpose registries and multicast; of IPv6 all that is not
    /// global unicast (2000::/3), and in there what tunnels to IPv4 or has a purpose of its own.
    static let special = networks([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/3", "4000::/2", "8000::/1",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    ])

    private static func networks(_ texts: [String]) -> [Network] {
        texts.map { text in
            guard let network = Network(text) else { preconditionFailure("\(text) is not a network") }
            return network
        }
    }
}
