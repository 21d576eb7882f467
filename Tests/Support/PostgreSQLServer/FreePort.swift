import Glibc

/// A port of 127.0.0.1 that was free a moment ago.
func freePort() -> UInt16 {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutableBytes(of: &address) { bytes in
        let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
        _ = bind(descriptor, pointer, size)
        getsockname(descriptor, pointer, &size)
    }
    return UInt16(bigEndian: address.sin_port)
}
