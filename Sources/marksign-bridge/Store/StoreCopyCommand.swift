import ArgumentParser
import BridgeServer

/// Moves a store from one database to another.
struct StoreCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy a store into a new one: from SQLite to PostgreSQL, or back.",
        discussion: """
            Stop every service first. Both stores have the keys of store.encryptionKey. The copy is the same store under \
            the same id; afterwards, all rows are counted and compared on both sides. A copy that was interrupted cannot \
            be opened: remove it and begin anew. No password is taken from the command line: set PGPASSWORD, or write it \
            to ~/.pgpass.

            EXAMPLE
              marksign-bridge store copy sqlite:./bridge.sqlite postgres://bridge@db.internal/bridge
            """)

    @Argument(help: "The store as it is: sqlite: and a path, or postgres://….")
    var from: String

    @Argument(help: "The new one.")
    var to: String

    @Option(help: ArgumentHelp("A configuration file, JSON or YAML.", valueName: "file"))
    var config: String?

    func run() async throws {
        let (source, target) = (try settings(from), try settings(to))
        let counts = try await StoreMove(from: source, to: target, logger: .quiet("store")).run()
        for (table, rows) in counts { Console.write("\(table): \(rows)") }
        Console.write("\nAll rows are the same on both sides. Set store.url to \(target.location).")
    }

    private func settings(_ url: String) throws -> Settings.Store {
        let flags = ["--store-url=\(url)"] + (config.map { ["--config=\($0)"] } ?? [])
        return try SettingsReader.read(
            Settings.Store.self, from: SettingsSources(commandLine: flags, reading: Settings.Store.keys))
    }
}
