import ArgumentParser
import BridgeServer

/// The program: one subcommand for each thing that it does.
@main
struct MarksignBridge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marksign-bridge",
        abstract: "Keeps the Marksign access token on the server, and pushes a signed webhook when a signing is over.",
        discussion: """
            Applications start signings through a small HTTP API. The bridge polls Marksign until each one ends, and \
            then delivers the outcome to the endpoints that the application registered.

            To look around without an account at Marksign, see the demo, or run the sandbox in Marksign's place:

              marksign-bridge demo
              marksign-bridge sandbox --port 9090
              MARKSIGN_ACCESS_TOKEN=any marksign-bridge serve \\
                --marksign-base-url http://127.0.0.1:9090
            """,
        version: BridgeVersion.current,
        subcommands: [
            ServeCommand.self, CheckCommand.self, ClientCommand.self, StoreCommand.self, HealthCommand.self,
            SandboxCommand.self, ListenCommand.self, DemoCommand.self,
        ])
}
