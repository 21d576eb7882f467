import BridgeCore

/// What keeps the store's tables: it runs transactions, and knows nothing of what they do.
///
/// # Transactions beside each other
///
/// SQLite has one writer, and ignores what follows. On PostgreSQL, the instances' writes run at once under READ
/// COMMITTED: each statement sees what was committed before it. Every operation is right there by one of these means,
/// or several:
///
/// - **Conditional**: one statement changes a row if it is still as it has to be, and how many rows it changed tells.
///   `settle`, `completeStart`, `abandonStart`, `end`, `requestCancel`, `removeClient`, and what expires of answers and
///   endpoints.
/// - **A lock on what it reads**, taken before or with the first look at it: ``RowLock/change`` by who changes it,
///   ``RowLock/share`` by who relies on it. `addKey` and `createEndpoint` lock the client; `erase` and `writeFileChunk`
///   the session; changing, deleting, rotating, `sendEvent` and `recover` the endpoint; `end` all of its client's
///   endpoints, so that one that is disabled at the same moment finds the delivery that it has to hold; `resend` the
///   event and the endpoint; `record` the delivery.
/// - **A lock on a key**, for what may have no row: ``TransactionLock``. Whatever is done once under an idempotency
///   key, `reserve` and `beginStart`; and for the instances together: `join`, `renew`, `leave`, and taking over.
/// - **Leaving to others what they are at**: taking over, aligning, removing chunks, giving up, and what expires of
///   sessions, events and deliveries take rows that nobody has locked; the rest waits for the next time.
/// - **Looking again**: a row that is there already although the transaction did not see it (a key that is not unique)
///   or is not there any more (a reference to nothing) is seen by a second run. So is a commit whose answer was lost:
///   each write is idempotent by its ids.
///
/// Locks are taken in one order: instances, idempotency key, client, session, event, endpoint, delivery; several of a
/// kind by their ids. The rows of `recovery` and `alignment` are touched only by who has their endpoint, those of
/// `idempotency` last. `record` is the exception, and says how it keeps out of others' way. What is left of deadlocks
/// the database ends, and the transaction runs again.
///
/// Only one rule is the operator's: `reseal` expects that every instance seals with the new first key already.
protocol StoreEngine: Sendable {
    /// How its SQL differs.
    var dialect: Dialect { get }

    /// Runs `body` in a transaction, and returns when that is on disk. It is not cancelled with its caller.
    ///
    /// `body` runs again from its beginning, with ``Database/isRerun``, when it came to nothing because of another
    /// transaction: it threw ``LookAgain``, broke a unique key or a reference, could not be serialized, or was chosen
    /// to end a deadlock. SQLite knows none of these: there a broken key is an error.
    ///
    /// - Parameters:
    ///   - bytes: How much it writes, when that is much.
    ///   - waitsForNone: Whether it has a way of its own where the others wait for each other. It has to be short.
    func write<Value: Sendable>(
        bytes: Int, waitsForNone: Bool, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value

    /// Runs `body`, which only reads, on one state of the store for all of its statements (REPEATABLE READ on
    /// PostgreSQL). It is not cancelled with its caller.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value

    /// How many writes wait for their transaction.
    var waitingWrites: Int { get }

    /// Takes what was removed out of the engine's own log, as far as that is up to it.
    func emptyLog() async

    /// What an operator may want to know of it.
    func facts() async throws(StoreError) -> EngineFacts

    /// Ends all calls so long after now, and refuses those that come later, where a call may wait for another machine.
    func cut(after limit: Duration)

    /// Finishes the writes that wait, refuses those that come later, and gives back what is held. Where another machine
    /// has to answer, it waits for a second.
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
