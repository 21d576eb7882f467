import Glibc

/// Ends, once and for all, what the connections that share it wait for.
final class Interruption: Sendable {
    /// Readable once it has happened; -1 when the system has no more descriptors: then their own deadlines end the
    /// waits.
    let descriptor: CInt
    private let far: CInt

    init() {
        var ends: [CInt] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        (descriptor, far) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(far)
    }

    func happen() {
        _ = write(far, [0], 1)
    }
}
