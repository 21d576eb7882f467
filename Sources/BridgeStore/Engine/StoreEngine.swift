import BridgeCore

/// What keeps the store's tables: it runs transactions, and knows nothing of what they do.
protocol StoreEngine: Sendable {
    /// How its SQL differs.
    var dialect: Dialect { get }

    /// Runs `body` in a transaction, and returns when that is on disk. It is not cancelled with its caller.
    ///
    /// `body` runs again from its beginning, with ``Database/isRerun``, when what it did came to nothing because of
    /// another transaction: see <doc:Concurrency>.
    ///
    /// - Parameter bytes: How much it writes, when that is much.
    func write<Value: Sendable>(
        bytes: Int, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value

    /// Runs `body`, which only reads, on one state of the store. It is not cancelled with its caller.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value

    /// How many writes wait for their transaction.
    var waitingWrites: Int { get }

    /// Takes what was removed out of the engine's own log, as far as that is up to it.
    func emptyLog() async

    /// What an operator may want to know of it.
    func facts() async throws(StoreError) -> EngineFacts

    /// Finishes the writes that wait, refuses those that come later, and gives back what is held.
    func close() async
}

/// What an operator may want to know of an engine.
struct EngineFacts: Sendable {
    /// The database's name in lower case, such as `sqlite`.
    let product: String
    /// Its version at run time, such as `3.40.1`.
    let version: String
    /// Where it is: a path, or a URL without what is secret.
    let location: String
    let schemaVersion: String
    /// Bytes on the disk, the log included.
    let size: Int
}
