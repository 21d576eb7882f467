import ArgumentParser
import BridgeCore
import BridgeServer

/// Lists the clients.
struct ClientListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the clients, removed ones too, oldest first.")

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let clients = try await store.withAdministration { try await $0.list() }
        if json { return Console.write(ClientList.json(clients) + [UInt8(ascii: "\n")]) }
        if clients.isEmpty { return Console.write("There are no clients yet: marksign-bridge client add NAME") }
        for client in clients {
            let removed = client.removedAt.map { ", removed \($0)" } ?? ""
            Console.write("\(client.id)  \(client.name)  (added \(client.createdAt)\(removed))")
        }
    }
}
