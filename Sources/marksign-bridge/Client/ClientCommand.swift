import ArgumentParser

/// What is done with clients and their keys.
struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Add, list and remove clients, and replace their API keys.",
        discussion: """
            A client is an application that uses the bridge; it sees only its own data. These commands go through the \
            running serve, or open the store themselves when none runs.
            """,
        subcommands: [
            ClientAddCommand.self, ClientListCommand.self, ClientRotateKeyCommand.self, ClientRemoveCommand.self,
        ])
}
