import CChildProcess
import Glibc
import Synchronization

/// A program that a test starts, and whose end it waits for.
///
/// It inherits nothing but its arguments. Foundation's `Process` hears of an end from a socket that children share
/// which are started at the same moment: with tests side by side it may wait for ever.
public final class ChildProcess: Sendable {
    /// By which it is known to the system.
    public let id: pid_t
    /// From which its standard output is read.
    private let output: Int32
    private let status = Mutex<Int32?>(nil)

    /// Starts a program that is found by `PATH`. Its input is empty, and what it says of errors is dropped.
    public init(_ arguments: [String], in folder: String = ".") throws {
        var words = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var id: pid_t = 0
        var output: Int32 = -1
        let failure = spawn_program(&words, folder, &id, &output)
        guard failure == 0 else { throw NotStarted(name: arguments[0], code: failure) }
        self.id = id
        self.output = output
    }

    deinit {
        end()
        close(output)
    }

    /// What it writes next, as it comes; nothing after its end.
    public func read() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(Glibc.read(output, buffer.baseAddress, buffer.count), 0)
        }
    }

    /// Waits for its end; whether it was a success.
    public func succeeds() -> Bool {
        status.withLock { status in
            if status == nil { status = Self.wait(for: id) }
            return status == 0
        }
    }

    /// Ends it at once, unless it has ended.
    public func end() {
        status.withLock { status in
            guard status == nil else { return }
            kill(id, SIGKILL)
            status = Self.wait(for: id)
        }
    }

    private static func wait(for id: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0 && errno == EINTR {}
        return status
    }
}

/// Why a program was not started.
private struct NotStarted: Error, CustomStringConvertible {
    let name: String
    let code: Int32

    var description: String { "\(name): \(String(cString: strerror(code)))" }
}
