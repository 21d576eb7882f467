import Foundation
import Glibc
import Synchronization

/// A TCP proxy in front of a server, which can misbehave at a moment that a test chooses.
public final class Proxy: Sendable {
    /// What happens when a client has sent a certain text.
    public enum Fault: Sendable {
        /// Nothing more is passed on, either way, and no connection is closed: as behind a dead link.
        case swallow
        /// The text is passed on, what the server answers is not.
        case swallowAnswer
        /// The connection is cut, and the text not passed on.
        case cut
        /// The text is passed on, and the connection is cut when the server answers.
        case cutAnswer
    }

    private struct State {
        /// Used up by the first connection that it hits.
        var plan: (text: String, fault: Fault)?
        var swallowsAll = false
        /// How many connections there were, and how many of them, the oldest, lead nowhere.
        var count = 0
        var dead = 0
        var sockets: [CInt] = []
        var isStopped = false
        var hits = 0
    }

    /// Where it listens: a port of 127.0.0.1.
    public let port: UInt16
    private let target: UInt16
    private let listener: CInt
    private let state = Mutex(State())

    /// Passes everything on to that port of 127.0.0.1.
    public init(to target: UInt16) throws {
        self.target = target
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var address = Self.loopback(port: 0)
        let isListening = withUnsafeMutableBytes(of: &address) { [listener] bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(listener, pointer, size) == 0 && listen(listener, 64) == 0
                && getsockname(listener, pointer, &size) == 0
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw CocoaError(.fileReadUnknown) }
        Thread.detachNewThread { [self] in accept() }
    }

    /// How often a fault happened.
    public var hits: Int { state.withLock(\.hits) }

    /// Does `fault` to the first connection whose client says `text`.
    public func on(_ text: String, _ fault: Fault) {
        state.withLock { $0.plan = (text, fault) }
    }

    /// Lets connections in, and passes nothing on.
    public func swallowAll() {
        state.withLock { $0.swallowsAll = true }
    }

    /// Passes nothing on any more of the connections that there are; new ones are good. What is said on those that lead
    /// nowhere, but for a farewell, counts as hits.
    public func swallowPresent() {
        state.withLock { $0.dead = $0.count }
    }

    /// Cuts every connection, and lets no more in.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            Glibc.shutdown(listener, CInt(SHUT_RDWR))
            for socket in state.sockets { Glibc.shutdown(socket, CInt(SHUT_RDWR)) }
        }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            let server = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            var address = Self.loopback(port: target)
            let isConnected = withUnsafeBytes(of: &address) {
                connect(
                    server, $0.assumingMemoryBound(to: sockaddr.self).baseAddress!,
                    socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
            let (goesOn, number) = state.withLock { state in
                state.sockets += [client, server]
                state.count += 1
                return (isConnected && !state.isStopped, state.count)
            }
            guard goesOn else {
                cut(client, server)
                continue
            }
            let answers = Answers()
            Thread.detachNewThread { [self] in
                pass(from: client, to: server) { bytes in fault(in: bytes, of: number, answers) }
            }
            Thread.detachNewThread { [self] in
                pass(from: server, to: client) { _ in answers.fault ?? (swallowsAll ? .swallow : nil) }
            }
        }
    }

    private var swallowsAll: Bool { state.withLock(\.swallowsAll) }

    /// What a client's bytes bring about; `answers` is told what is to become of the server's.
    private func fault(in bytes: [UInt8], of number: Int, _ answers: Answers) -> Fault? {
        let hit = state.withLock { state -> Fault? in
            if state.swallowsAll { return .swallow }
            guard number > state.dead else {
                if bytes.first != UInt8(ascii: "X") { state.hits += 1 }
                return .swallow
            }
            guard let plan = state.plan, String(decoding: bytes, as: UTF8.self).contains(plan.text) else { return nil }
            state.plan = nil
            state.hits += 1
            return plan.fault
        }
        switch hit {
        case .swallowAnswer: answers.fault = .swallow
        case .cutAnswer: answers.fault = .cut
        case .swallow: answers.fault = .swallow
        default: break
        }
        return hit == .swallowAnswer || hit == .cutAnswer ? nil : hit
    }

    private func pass(from: CInt, to: CInt, _ fault: ([UInt8]) -> Fault?) {
        while true {
            let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                count = max(0, recv(from, buffer.baseAddress, 65_536, 0))
            }
            guard !bytes.isEmpty else { break }
            switch fault(bytes) {
            // Nothing is read any more, not even an end, until the test is over.
            case .swallow: return
            case nil:
                var sent = 0
                while sent < bytes.count {
                    let count = bytes[sent...].withUnsafeBytes {
                        send(to, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                    }
                    guard count > 0 else { return cut(from, to) }
                    sent += count
                }
            default: return cut(from, to)
            }
        }
        cut(from, to)
    }

    private func cut(_ sockets: CInt...) {
        for socket in sockets { Glibc.shutdown(socket, CInt(SHUT_RDWR)) }
    }

    deinit {
        close(listener)
        for socket in state.withLock(\.sockets) { close(socket) }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    /// What is done to the server's answers on one connection.
    private final class Answers: Sendable {
        private let state = Mutex<Fault?>(nil)

        var fault: Fault? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }
}
