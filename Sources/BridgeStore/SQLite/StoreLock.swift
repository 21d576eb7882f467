import Foundation
import Synchronization

/// The lock that one process holds on a store's file, as long as this value lives or until it is released.
///
/// It is an `flock` on `<file>.lock`, so it ends with the process however that ends. The lock's file stays: removing it
/// could leave two processes with a lock on two files of the same name.
public final class StoreLock: Sendable {
    /// The lock's file.
    public let path: String
    private let descriptor: Mutex<Int32?>

    /// Takes the lock of the store at `store`.
    ///
    /// - Throws: ``StoreOpenError/locked(path:lock:)`` at once when another process has it.
    public init(store: String) throws(StoreOpenError) {
        let store = try StoreFile(path: store).path
        let path = store + ".lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw errno == ENOENT
                ? .folderMissing(path: store) : .notAccessible(path: store, reason: String(cString: strerror(errno)))
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(opened)
            throw code == EWOULDBLOCK
                ? .locked(path: store, lock: path)
                : .notAccessible(path: store, reason: String(cString: strerror(code)))
        }
        self.path = path
        descriptor = Mutex(opened)
    }

    /// Gives the lock back.
    public func release() {
        let held = descriptor.withLock { held in
            defer { held = nil }
            return held
        }
        if let held { close(held) }
    }

    deinit {
        release()
    }
}
