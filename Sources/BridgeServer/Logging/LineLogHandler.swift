import BridgeCore
import Logging

/// Writes each log event as one line.
public struct LineLogHandler: LogHandler {
    /// The least level that is written.
    public var logLevel: Logger.Level
    /// What every line carries.
    public var metadata: Logger.Metadata = [:]
    /// What lines carry by the task that logs them.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let output: LogOutput
    private let now: @Sendable () -> Timestamp

    init(
        label: String, level: Logger.Level, format: LogFormat, output: LogOutput,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.label = label
        logLevel = level
        self.format = format
        self.output = output
        self.now = now
    }

    /// Metadata of one key; the line's own members cannot be replaced by it.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error { all["error"] = "\(error)" }
        let line = LogLine(
            time: now(), level: event.level, logger: label, message: event.message.description,
            metadata: FlatMetadata(all).pairs)
        output.write(format == .json ? line.json : line.text)
    }
}
