import BridgeCore
import BridgeRuntime
import Logging

extension Settings.Log {
    /// Makes every logger of the process write lines to standard error, as these settings say. Once in a process.
    public func bootstrap() {
        LoggingSystem.bootstrap { makeHandler(label: $0) }
    }

    /// A logger by these settings that needs no bootstrap.
    public func makeLogger(label: String) -> Logger {
        Logger(label: label) { makeHandler(label: $0) }
    }

    private func makeHandler(label: String) -> LineLogHandler {
        let output = LogOutput.standardError
        let clock = SystemClock()
        return LineLogHandler(
            label: label, level: level, format: format ?? (output.isTerminal ? .text : .json), output: output
        ) { clock.now().wall }
    }
}
