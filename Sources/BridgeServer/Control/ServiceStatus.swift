import StrictJSON

/// What a running service says of itself.
public struct ServiceStatus: Sendable, Equatable {
    /// The version of the bridge.
    public var version: String
    /// The process.
    public var processID: Int32
    /// Facts about the store, in the order in which they are shown: the version of SQLite, the schema, the size…
    public var store: [StoreFact]

    /// One fact about the store.
    public struct StoreFact: Sendable, Equatable {
        /// What it is about, in snake_case.
        public var name: String
        /// The fact.
        public var value: String

        /// A fact.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What a service says of itself.
    public init(version: String = BridgeVersion.current, processID: Int32, store: [StoreFact]) {
        self.version = version
        self.processID = processID
        self.store = store
    }

    /// `{"version":"…","process_id":1,"store":{"path":"…",…}}`
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { status in
            status.member("version", version)
            status.member("process_id", processID)
            status.object("store") { facts in
                for fact in store { facts.member(fact.name, fact.value) }
            }
        }
        return writer.bytes
    }

    init?(_ json: JSON) {
        guard let version = json["version"]?.string, let processID = json["process_id"]?.integer,
            let processID = Int32(exactly: processID), let facts = json["store"]?.members
        else { return nil }
        self.init(
            version: version, processID: processID,
            store: facts.map { StoreFact($0.key, $0.value.string ?? "") })
    }
}
