import CCurl
import Glibc

/// Asks the system for the addresses of a name; blocks for as long as the system takes.
enum SystemLookup {
    static func addresses(of host: String, port: UInt16) -> Result<[RemoteAddress], HTTPClientError> {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &first)
        guard code == 0 else {
            return .failure(HTTPClientError(kind: .resolve, message: String(cString: gai_strerror(code))))
        }
        defer { freeaddrinfo(first) }
        let found = sequence(first: first) { $0?.pointee.ai_next }
            .prefix { $0 != nil }
            .compactMap { $0?.pointee.ai_addr.flatMap { RemoteAddress(UnsafePointer($0)) } }
        // A name may be listed under both of its forms, an IPv4 address and the same one mapped into IPv6.
        var seen: Set<RemoteAddress> = []
        return .success(found.filter { seen.insert($0).inserted })
    }
}
