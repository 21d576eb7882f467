import BridgeCore
import BridgeRuntime
import BridgeStore
import CurlHTTP
import Glibc
import Logging

/// Finds out whether a service with those settings would work: the settings, the store, Marksign.
public struct ConfigurationCheck: Sendable {
    /// One thing that was looked at.
    public struct Item: Sendable, Equatable {
        /// What was looked at.
        public let name: String
        /// What was found; several lines for the settings' faults.
        public let text: String
        /// Whether it is as it has to be.
        public let isGood: Bool
    }

    private let sources: SettingsSources
    private let logger: Logger

    /// A check of what those sources set.
    public init(sources: SettingsSources, logger: Logger) {
        self.sources = sources
        self.logger = logger
    }

    /// Looks at everything; what depends on settings that are wrong is left out.
    public func run() async -> [Item] {
        let settings: Settings
        do throws(SettingsError) {
            settings = try SettingsReader.read(Settings.self, from: sources)
        } catch {
            return [Item(name: "settings", text: error.description, isGood: false)]
        }
        let said = settings.warnings.isEmpty ? "valid" : settings.warnings.joined(separator: "\n")
        return [
            Item(name: "settings", text: said, isGood: true), await store(settings), await upstream(settings),
        ]
    }

    private func store(_ settings: Settings) async -> Item {
        do {
            return try await StoreAccess.with(settings.store, create: false, logger: logger) { access in
                let status = try await access.status()
                let facts = status.store.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
                guard case .service = access else { return Item(name: "store", text: facts, isGood: true) }
                // The service has its own keys; the next start has these.
                if case .sqlite(let path) = settings.store.location {
                    try SQLStore.check(path: path, encryptionKeys: settings.store.encryptionKeys.map(\.revealed))
                }
                let service = "in use by the service of version \(status.version), process \(status.processID)"
                return Item(name: "store", text: "\(service); \(facts)", isGood: true)
            }
        } catch StoreOpenError.noStore(let path) {
            guard case .sqlite = settings.store.location else {
                return Item(name: "store", text: "there is none yet, serve makes its tables: \(path)", isGood: true)
            }
            let folder = String(path[...(path.lastIndex(of: "/") ?? path.startIndex)])
            guard access(folder, W_OK | X_OK) == 0 else {
                let reason = String(cString: strerror(errno))
                return Item(name: "store", text: "\(path) cannot be made: \(reason)", isGood: false)
            }
            return Item(name: "store", text: "there is none yet, serve makes it: \(path)", isGood: true)
        } catch {
            return Item(name: "store", text: "\(error)", isGood: false)
        }
    }

    private func upstream(_ settings: Settings) async -> Item {
        let finding: UpstreamProbe.Finding
        do {
            let token = try AccessTokenSource(settings.marksign.accessToken, logger: logger) {
                Environment.system.now().tick
            }
            let http = try HTTPClient(configuration: HTTPClientConfiguration())
            finding = await UpstreamProbe(settings: settings, http: http).run(accessToken: token.current)
            await http.shutdown()
        } catch {
            return Item(name: "marksign", text: "\(error)", isGood: false)
        }
        let url = settings.marksign.baseURL
        return switch finding {
        case .good(let sandbox):
            Item(
                name: "marksign", text: "\(url) takes the access token\(sandbox ? "; it is the sandbox" : "")",
                isGood: true)
        case .refused(let code):
            Item(
                name: "marksign", text: "\(url) refuses the access token\(code.map { " (\($0))" } ?? "")",
                isGood: false)
        case .unclear(let reason): Item(name: "marksign", text: "\(url): \(reason)", isGood: false)
        }
    }
}
