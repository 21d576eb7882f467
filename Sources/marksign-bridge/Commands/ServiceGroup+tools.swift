import Logging
import ServiceLifecycle
import UnixSignals

extension Logger {
    /// A logger for tools whose output is what they print: lines of that level and above go to standard error.
    static func quiet(_ label: String, from level: Logger.Level = .warning) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}

extension ServiceGroup {
    /// Runs a service until SIGTERM or SIGINT asks it to stop, and at most five seconds longer.
    static func untilSignalled(_ service: any Service) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: .quiet("services"))
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
    }
}
