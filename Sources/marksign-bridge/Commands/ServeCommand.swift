import ArgumentParser
import BridgeServer
import Logging

/// The service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service.",
        usage: "marksign-bridge serve [--config <file>] [--<setting> <value>] ...",
        discussion: """
            Needs only the access token. It stops with one clear line for each setting that is missing or wrong, and \
            never starts with a default in its place. SIGTERM ends it within shutdown.timeout; nothing is lost.

            EXAMPLES
              MARKSIGN_ACCESS_TOKEN=… marksign-bridge serve
              MARKSIGN_ACCESS_TOKEN_FILE=/etc/marksign-token marksign-bridge serve
              marksign-bridge serve --http-port 9000 --log-level debug
              marksign-bridge serve --config /etc/marksign-bridge.yaml

            \(SettingsReference.help(Settings.keys))
            """)

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var flags: [String] = []

    func run() async throws {
        let settings = try SettingsReader.read(Settings.self, from: .init(commandLine: flags, reading: Settings.keys))
        settings.log.bootstrap()
        let logger = Logger(label: "marksign-bridge")
        for warning in settings.warnings {
            logger.warning("A setting may not mean what was meant", metadata: ["reason": "\(warning)"])
        }
        let bridge = try await Bridge(settings: settings, logger: logger)
        try await bridge.run()
    }
}
