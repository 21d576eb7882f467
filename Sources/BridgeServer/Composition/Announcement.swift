import Synchronization

/// Tells once that both listeners are up.
final class Announcement: Sendable {
    private let ports = Mutex<(api: Int?, admin: Int?)>((nil, nil))
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

    private func note(_ change: (inout (api: Int?, admin: Int?)) -> Void) async {
        let both: Bridge.Ports? = ports.withLock { ports in
            change(&ports)
            guard let api = ports.api, let admin = ports.admin else { return nil }
            return Bridge.Ports(api: api, admin: admin)
        }
        if let both { await announce(both) }
    }
}
