import ArgumentParser
import BridgeServer

/// Removes a client.
struct ClientRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Stop all keys of a client.",
        discussion: "Its open sessions and deliveries finish; what was stored stays until its retention is over.")

    @Argument(help: "The client's id, cli_…")
    var id: ClientIDArgument

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await store.withAdministration { try await $0.remove(id.id) }
        Console.write("Removed the client \(id.id).")
    }
}
