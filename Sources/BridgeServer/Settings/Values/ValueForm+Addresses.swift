import BridgeCore

extension ValueForm where Value == HTTPURL {
    /// Where what is secret may be sent: `https`, or `http` to this machine.
    static var safeURL: Self {
        ValueForm("an https URL, or an http one of a loopback address, without user, query and fragment") { text in
            HTTPURL(text).flatMap { $0.isSecure || $0.isLoopback ? $0 : nil }
        }
    }

    /// Any `http` or `https` URL.
    static var url: Self {
        ValueForm("an http or https URL without user, query and fragment") { HTTPURL($0) }
    }
}

extension ValueForm where Value == Network {
    /// A range of addresses.
    static var network: Self {
        ValueForm("CIDR[:port] such as 10.0.0.0/8 or [fd00::/8]:443, with no bit set after the prefix") {
            Network($0)
        }
    }
}

extension ValueForm where Value == StoreLocation {
    /// Where the store is.
    static var store: Self {
        ValueForm(
            "sqlite:./file, sqlite:/absolute/file or postgres://user@host/name, in which @ / ? % are percent-encoded"
        ) { StoreLocation($0) }
    }
}
