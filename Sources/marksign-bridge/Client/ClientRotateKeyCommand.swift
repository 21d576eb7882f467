import ArgumentParser
import BridgeServer

/// Gives a client another key.
struct ClientRotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Give a client a second API key, and say when the old one stops.",
        discussion: """
            EXAMPLES
              marksign-bridge client rotate-key cli_01jd7c… --overlap 2h
              marksign-bridge client rotate-key cli_01jd7c… --overlap 0s
            """)

    @Argument(help: "The client's id, cli_…")
    var id: ClientIDArgument

    @Option(help: "How long the old keys still work: 0s to 30d.")
    var overlap = DurationArgument(.seconds(86_400))

    @Flag(help: "Print JSON: {\"id\":\"cli_…\",\"api_key\":\"mbk_…\",\"old_keys_until\":\"…\"}.")
    var json = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let key = try await store.withAdministration {
            try await $0.rotateKey(of: id.id, overlap: overlap.duration)
        }
        if json { return Console.write(key.json + [UInt8(ascii: "\n")]) }
        Console.write("API key  \(key.apiKey)\n")
        Console.write("The key is shown only now. The client's other keys stop at \(key.oldKeysUntil).")
    }
}
