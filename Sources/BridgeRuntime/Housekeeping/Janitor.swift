import BridgeCore
import Logging
import ServiceLifecycle

/// Removes what is over for longer than it is kept.
public struct Janitor: Service {
    private let store: any Store
    private let retention: Retention
    private let environment: Environment
    private let removed: Counter
    private let logger: Logger

    /// Between sweeps when there is nothing left to remove.
    static let interval: Duration = .seconds(60)
    /// How much one commit removes: others wait no longer than for that.
    static let batch = 200

    /// A janitor of a store.
    public init(
        store: any Store, retention: Retention, environment: Environment, metrics: MetricsRegistry, logger: Logger
    ) {
        self.store = store
        self.retention = retention
        self.environment = environment
        removed = metrics.counter(
            "marksign_bridge_retention_removed_total", help: "What retention removed, by kind.", labels: ["kind"])
        self.logger = logger
    }

    /// Sweeps until the shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let more = await sweep()
                try? await Task.sleep(for: more ? .milliseconds(50) : Self.interval)
            }
        }
    }

    /// Removes one batch; whether there may be more.
    private func sweep() async -> Bool {
        do {
            let expired = try await store.expire(retention, at: environment.now().wall, limit: Self.batch)
            guard expired != Expired() else { return false }
            removed.increment(["file"], by: expired.files)
            removed.increment(["session"], by: expired.sessions)
            removed.increment(["undelivered"], by: expired.undelivered)
            removed.increment(["answer"], by: expired.answers)
            logger.log(
                level: expired.undelivered > 0 ? .warning : .info, "Retention removed what was over",
                metadata: [
                    "files": "\(expired.files)", "sessions": "\(expired.sessions)",
                    "undelivered": "\(expired.undelivered)", "answers": "\(expired.answers)",
                ])
            return true
        } catch {
            logger.error("Retention failed", metadata: ["reason": "\(error)"])
            return false
        }
    }
}
