import BridgeCore
import Crypto
import Foundation

/// A lock on what may have no row yet; it ends with its transaction. Engines with one writer need none.
enum TransactionLock {
    /// A client's idempotency key.
    case idempotencyKey(IdempotencyKey)
    /// The instances' leases and shares.
    case instances

    /// Its number among all that use the database. Two that fall on one number wait for each other, which does no harm.
    var number: Int64 {
        switch self {
        case .instances:
            // Chosen by chance.
            return 7_182_443_021_905_648_113
        case .idempotencyKey(let key):
            var hash = SHA256()
            hash.update(data: Data("marksign-bridge key \(key.clientID.rawValue)".utf8))
            hash.update(data: key.digest)
            return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
        }
    }
}

/// The transaction cannot go on without waiting out of turn: it has to run again, and locks more at its beginning.
struct LookAgain: Error {}
