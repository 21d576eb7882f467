import ArgumentParser
import BridgeServer

/// Adds a client.
struct ClientAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a client, and print its API key, once.",
        discussion: """
            The key works at once. It is not stored and cannot be shown again; rotate-key gives another one.

            EXAMPLE
              marksign-bridge client add billing
            """)

    @Argument(help: "What people call the client: 1 to 100 characters.")
    var name: String

    @Flag(help: "Print JSON: {\"id\":\"cli_…\",\"name\":\"…\",\"api_key\":\"mbk_…\"}.")
    var json = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let client = try await store.withAdministration(create: true) { try await $0.add(name: name) }
        if json { return Console.write(client.json + [UInt8(ascii: "\n")]) }
        Console.write("Added the client \(client.name).\n")
        Console.write("id       \(client.id)")
        Console.write("API key  \(client.apiKey)\n")
        Console.write("The key is shown only now.")
    }
}
