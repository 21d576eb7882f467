import Foundation
import Glibc
import Synchronization

/// One accepted connection; its thread reads and writes, and anyone may cut it.
final class RawConnection: Sendable {
    struct Request: Sendable {
        let head: String
        let body: [UInt8]

        var lines: [String] { head.components(separatedBy: "\r\n") }
    }

    private struct State {
        var isOpen = true
        var requests: [Request] = []
    }

    /// The position among the connections of the server, from 0.
    let number: Int
    private let descriptor: CInt
    private let state = Mutex(State())

    init(_ descriptor: CInt, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    var requests: [Request] { state.withLock { $0.requests } }
    var requestCount: Int { requests.count }

    /// Reads one request, as long as its `Content-Length` says; nil at the end of the connection.
    func readRequest() -> Request? {
        var bytes: [UInt8] = []
        var end: Int?
        while end == nil {
            guard let more = read(16_384) else { return nil }
            let from = max(0, bytes.count - 3)
            bytes += more
            end = (from..<max(from, bytes.count - 3)).first { bytes[$0..<($0 + 4)].elementsEqual("\r\n\r\n".utf8) }
        }
        let head = String(decoding: bytes[..<end!], as: UTF8.self)
        let length = head.lowercased().components(separatedBy: "content-length: ").dropFirst().first
        let total = end! + 4 + (length.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0)
        while bytes.count < total {
            guard let more = read(1_048_576) else { return nil }
            bytes += more
        }
        let request = Request(head: head, body: Array(bytes[(end! + 4)..<total]))
        state.withLock { $0.requests.append(request) }
        return request
    }

    /// Writes all of a text; false when the peer is gone.
    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Answers with status 200 and a length.
    @discardableResult
    func answer(_ body: String, headers: String = "") -> Bool {
        write("HTTP/1.1 200 OK\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Waits until the peer closes, or the test cuts the connection.
    func waitForEnd() {
        while read(65_536) != nil {}
    }

    /// Makes the coming close a TCP reset.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Ends reading and writing from any thread; the connection's own thread then closes it.
    func cut() {
        state.withLock { if $0.isOpen { _ = Glibc.shutdown(descriptor, CInt(SHUT_RDWR)) } }
    }

    func close() {
        state.withLock { state in
            guard state.isOpen else { return }
            state.isOpen = false
            _ = Glibc.close(descriptor)
        }
    }

    private func read(_ count: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, recv(descriptor, buffer.baseAddress, count, 0))
        }
        return bytes.isEmpty ? nil : bytes
    }
}
