import Synchronization

/// Tells once that everything that is listened on is up.
final class Announcement: Sendable {
    private struct Progress {
        var api: Int?
        var admin: Int?
        var hasControl = false
    }

    private let progress = Mutex(Progress())
    private let announce: @Sendable (Bridge.Ports) async -> Void

    init(_ announce: @escaping @Sendable (Bridge.Ports) async -> Void) {
        self.announce = announce
    }

    func api(_ port: Int) async {
        await note { $0.api = port }
    }

    func admin(_ port: Int) async {
        await note { $0.admin = port }
    }

    func control() async {
        await note { $0.hasControl = true }
    }

    private func note(_ change: (inout Progress) -> Void) async {
        let ports: Bridge.Ports? = progress.withLock { progress in
            change(&progress)
            guard let api = progress.api, let admin = progress.admin, progress.hasControl else { return nil }
            return Bridge.Ports(api: api, admin: admin)
        }
        if let ports { await announce(ports) }
    }
}
