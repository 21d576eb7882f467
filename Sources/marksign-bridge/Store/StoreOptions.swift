import ArgumentParser
import BridgeCore
import BridgeServer
import Logging

/// The settings that the commands on a store read.
struct StoreOptions: ParsableArguments {
    @Option(
        help:
            "The database: sqlite: and a path, or postgres://…. Also STORE_URL. (default: sqlite:./marksign-bridge.sqlite)"
    )
    var storeURL: String?

    @Option(help: ArgumentHelp("A configuration file, JSON or YAML.", valueName: "file"))
    var config: String?

    /// The flags as they were given.
    private var flags: [String] {
        (storeURL.map { ["--store-url=\($0)"] } ?? []) + (config.map { ["--config=\($0)"] } ?? [])
    }

    /// Gives `body` the way to the store.
    ///
    /// - Parameter create: Whether to make a store when there is none: a mistyped path must not look like one.
    func withAdministration<Value: Sendable>(
        create: Bool = false, _ body: (any Administrating) async throws -> Value
    ) async throws -> Value {
        let keys = Settings.Store.keys
        let settings = try SettingsReader.read(
            Settings.Store.self, from: SettingsSources(commandLine: flags, reading: keys))
        return try await StoreAccess.with(settings, create: create, logger: .quiet("store")) { access in
            try await body(access.administration)
        }
    }
}

/// A client's id on the command line.
struct ClientIDArgument: ExpressibleByArgument {
    let id: ClientID

    init?(argument: String) {
        guard let id = ClientID(argument) else { return nil }
        self.id = id
    }
}
