import BridgeStore
import Logging

/// Copies a store into another one, and closes both.
public struct StoreMove: Sendable {
    private let source: Settings.Store
    private let target: Settings.Store
    private let logger: Logger

    /// A copy of the store of `source` into that of `target`.
    public init(from source: Settings.Store, to target: Settings.Store, logger: Logger) {
        self.source = source
        self.target = target
        self.logger = logger
    }

    /// Copies; how many rows each table has.
    ///
    /// - Throws: A `StoreOpenError`, `StoreCopy.Failure` or `StoreError`.
    public func run() async throws -> [(table: String, rows: Int)] {
        let from = try await source.open(create: false, logger: logger)
        let to: SQLStore
        do throws(StoreOpenError) {
            to = try await target.open(logger: logger)
        } catch {
            await from.close()
            throw error
        }
        let result: Result<[(table: String, rows: Int)], any Error>
        do {
            result = .success(try await StoreCopy(from: from, to: to).run())
        } catch {
            result = .failure(error)
        }
        await to.close()
        await from.close()
        return try result.get()
    }
}
