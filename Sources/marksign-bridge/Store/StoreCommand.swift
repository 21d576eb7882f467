import ArgumentParser

/// What is done with the store as a whole.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look after the store.",
        discussion: """
            reseal goes through the running serve, or opens the store itself when none runs; copy needs every serve \
            stopped.
            """,
        subcommands: [StoreResealCommand.self, StoreCopyCommand.self])
}
