import ArgumentParser
import BridgeServer
import CurlHTTP

/// The container's health check.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the service on this machine whether it is ready.",
        usage: "marksign-bridge health [--config <file>] [--<setting> <value>] ...",
        discussion: """
            Gets /health/ready from the admin listener. Exits 0 when the service is ready, and 1 otherwise.

            EXAMPLES
              marksign-bridge health
              marksign-bridge health --admin-port 9081

            \(SettingsReference.help(Settings.Admin.keys))
            """)

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var flags: [String] = []

    func run() async throws {
        let keys = Settings.Admin.keys
        let admin = try SettingsReader.read(Settings.Admin.self, from: .init(commandLine: flags, reading: keys))
        let http = try HTTPClient(configuration: HTTPClientConfiguration())
        let status: Int
        do throws(HTTPClientError) {
            let request = HTTPClientRequest(
                url: "http://\(Self.reachable(admin.host)):\(admin.port)/health/ready", timeout: .seconds(5))
            status = try await http.execute(request).status
            await http.shutdown()
        } catch {
            await http.shutdown()
            Console.write("not running: \(error)")
            throw ExitCode.failure
        }
        guard status == 200 else {
            Console.write("not ready: HTTP status \(status)")
            throw ExitCode.failure
        }
        Console.write("ready")
    }

    /// What to connect to for an address that is listened on: "any" addresses stand for this machine's own.
    private static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::", "[::]": "[::1]"
        default: host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        }
    }
}
