import ArgumentParser

/// What is done with the store as a whole.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look after the store.",
        discussion: """
            These commands go through the running serve, or open the store themselves when none runs.
            """,
        subcommands: [StoreResealCommand.self])
}
