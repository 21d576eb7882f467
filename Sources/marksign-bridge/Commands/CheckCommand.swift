import ArgumentParser
import BridgeServer
import CurlHTTP
import Logging

/// Finds out whether the service would work.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the settings, the store and the access token.",
        usage: "marksign-bridge check [--config <file>] [--<setting> <value>] ...",
        discussion: """
            Reads the settings as serve does, opens the store, and asks Marksign for the status of a session that \
            cannot exist: its refusal tells whether the access token is good. It may be run beside a running serve, \
            which then answers for the store. Secrets are not shown. Exits 0 when all is good, and 1 otherwise.

            EXAMPLES
              marksign-bridge check
              marksign-bridge check --config /etc/marksign-bridge.yaml

            The settings are those of serve: see marksign-bridge help serve.
            """)

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var flags: [String] = []

    func run() async throws {
        Console.write("marksign-bridge \(BridgeVersion.current), libcurl \(LibcurlVersion.current)")
        let sources = try SettingsSources(commandLine: flags, reading: Settings.keys)
        Console.write("")
        for setting in sources.effective(Settings.keys) {
            Console.write("  \(setting.key.name) = \(setting.text)  (\(setting.origin))")
        }
        Console.write("")
        let items = await ConfigurationCheck(sources: sources, logger: Self.quietLogger).run()
        for item in items {
            for line in item.text.split(separator: "\n") {
                Console.write("\(item.isGood ? "ok  " : "FAIL")  \(item.name): \(line)")
            }
        }
        guard items.allSatisfy(\.isGood) else { throw ExitCode.failure }
    }

    /// What goes wrong is among the findings; the log would say it twice.
    private static var quietLogger: Logger {
        Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
    }
}
