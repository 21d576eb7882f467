import Foundation
import Glibc

/// A script of Bash that keeps a program running in a folder of its own, and does what it is told by lines.
///
/// It reads from a socket whose other end only this process has: however this process ends, the script sees it, stops
/// its program and removes the folder. Nothing here blocks a thread of Swift's tasks.
final class Daemon: Sendable {
    /// What the script said instead of `ok`.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Where its program keeps its files: the working folder of the script.
    let folder: String
    /// Both ways: what the script reads, and what it says.
    private let socket: CInt
    /// One command at a time, each on a thread where waiting is allowed.
    private let queue = DispatchQueue(label: "daemon")

    /// Starts a script, and waits until it says `ok`; as the user `postgres` when this process is root's, since the
    /// programs refuse to run as root.
    static func start(_ script: String, arguments: [String]) async throws -> Daemon {
        let daemon = try Daemon(script, arguments: arguments)
        try await daemon.waitForAnswer()
        return daemon
    }

    private init(_ script: String, arguments: [String]) throws {
        // Short: the name of a UNIX socket has 107 bytes at most.
        folder = "/tmp/postgresql-\(UInt32.random(in: 0 ... .max))"
        let user = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
        let frame = """
            set -eu
            # What this process has open by chance, others wait to see closed.
            for open in /proc/$$/fd/*; do open=${open##*/}; [ "$open" -le 2 ] || eval "exec $open>&-"; done
            folder=$1; shift
            mkdir -m 700 "$folder"; cd "$folder"
            say() { if [ -s fault ]; then tr '\\n' ' ' <fault; echo; else echo ok; fi; }
            cleanup() { stop >/dev/null 2>&1 || true; cd /; rm -rf "$folder"; }
            trap cleanup EXIT
            \(script)
            start >fault 2>&1 && : >fault || true
            say
            while read -r command; do $command >fault 2>&1 && : >fault || true; say; done
            """
        // Unlike pipes, sockets are closed for other programs from the start: one that is started at the same moment
        // would keep this one's end open.
        var ends: [CInt] = [0, 0]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Fault(description: "no socket")
        }
        socket = ends[0]
        defer { close(ends[1]) }
        let words = user + ["bash", "-c", frame, "daemon", folder] + arguments
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, which an interrupt of the terminal does not reach; and no signal is blocked, though some
        // may be on the thread that starts it.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let code = posix_spawnp(&process, words[0], &actions, &attributes, copies + [nil], environ)
        guard code == 0 else { throw Fault(description: "\(words[0]): \(String(cString: strerror(code)))") }
        let child = process
        Thread.detachNewThread {
            var status: CInt = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
        }
    }

    deinit { close(socket) }

    /// Has the script run one of its functions.
    func perform(_ command: String) async throws {
        let line = Array("\(command)\n".utf8)
        guard send(socket, line, line.count, CInt(MSG_NOSIGNAL)) == line.count else {
            throw Fault(description: "the script ended")
        }
        try await waitForAnswer()
    }

    /// Stops the program, and waits until the script has removed what there was.
    func end() async {
        shutdown(socket, CInt(SHUT_WR))
        _ = await answer()
    }

    private func waitForAnswer() async throws {
        let line = await answer()
        guard line == "ok" else { throw Fault(description: line.isEmpty ? "the script ended" : line) }
    }

    /// The next line of the script; empty at its end.
    private func answer() async -> String {
        await withCheckedContinuation { continuation in
            queue.async { [socket] in
                var line: [UInt8] = []
                var byte: UInt8 = 0
                while recv(socket, &byte, 1, 0) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
                continuation.resume(returning: String(decoding: line, as: UTF8.self))
            }
        }
    }
}
