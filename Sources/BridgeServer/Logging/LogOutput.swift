import Glibc
import Synchronization

/// Writes whole lines to a file descriptor.
struct LogOutput: Sendable {
    private let descriptor: CInt
    /// Two writers may otherwise share a pipe's buffer in the middle of a line that is longer than PIPE_BUF.
    private static let lock = Mutex(())

    static let standardError = LogOutput(descriptor: STDERR_FILENO)

    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes a line by one `write(2)`, unless the kernel takes only a part of it. A log that cannot be written must
    /// not stop the service: what fails is dropped.
    func write(_ line: [UInt8]) {
        Self.lock.withLock { _ in
            line.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count > 0 {
                        rest = rest.dropFirst(count)
                    } else if count == 0 || errno != EINTR {
                        return
                    }
                }
            }
        }
    }
}
