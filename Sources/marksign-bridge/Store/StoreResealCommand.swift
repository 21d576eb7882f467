import ArgumentParser
import BridgeServer

/// Seals everything in the store with the first key.
struct StoreResealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reseal",
        abstract: "Seal everything in the store with the first key of store.encryptionKey.",
        discussion: """
            To replace the store's key: put the new key before the old one in store.encryptionKey and restart serve; \
            run this command; remove the old key and restart again. The service goes on meanwhile. An interrupted run \
            leaves a store that both keys open together: run it again.

            EXAMPLES
              marksign-bridge store reseal
            """)

    @Flag(help: "Print JSON: {\"resealed\":42}.")
    var json = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let count = try await store.withAdministration { try await $0.reseal() }
        if json { return Console.write("{\"resealed\":\(count)}") }
        Console.write(
            count == 0
                ? "Everything is sealed with the first key already."
                : "Sealed \(count) values with the first key. The other keys are not needed any more.")
    }
}
