import Logging
import Synchronization

/// Keeps every line that is logged.
final class RecordingLog: Sendable {
    private let recorded = Mutex<[String]>([])

    /// The lines, with level and metadata.
    var lines: [String] { recorded.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(log: RecordingLog) {
            self.log = log
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let members = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
            log.recorded.withLock { $0.append("\(event.level) \(event.message) \(members)") }
        }
    }
}
