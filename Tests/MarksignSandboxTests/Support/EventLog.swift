import MarksignSandbox
import Synchronization

/// Keeps events in their order.
final class EventLog: Sendable {
    private let events = Mutex<[SandboxEvent]>([])

    var all: [SandboxEvent] { events.withLock { $0 } }

    func append(_ event: SandboxEvent) {
        events.withLock { $0.append(event) }
    }
}
