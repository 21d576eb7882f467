import BridgeCore
import GRDB

/// How the connections to the database are set up.
enum ConnectionSettings {
    static func configuration(busyTimeout: Duration) -> Configuration {
        var configuration = Configuration()
        configuration.label = "BridgeStore"
        configuration.busyMode = .timeout(busyTimeout.inSeconds)
        configuration.maximumReaderCount = 8
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            if db.configuration.readonly {
                // Only the writer checkpoints.
                try db.execute(sql: "PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 0")
            } else {
                try db.execute(
                    sql: """
                        PRAGMA cache_size = -16384;
                        PRAGMA secure_delete = ON;
                        PRAGMA wal_autocheckpoint = 4000;
                        PRAGMA journal_size_limit = 67108864
                        """)
            }
        }
        return configuration
    }

    /// Makes a commit mean that it is on disk, and makes sure that it does.
    ///
    /// The pool itself sets `synchronous` to NORMAL when it opens, which loses the last commits with the power.
    static func enforceDurability(_ db: GRDB.Database) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL")
        for (setting, wanted) in ["journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"]
        {
            let value = try GRDB.Row.fetchOne(db, sql: "PRAGMA \(setting)")?[0] as DatabaseValue?
            let text = value.flatMap { String.fromDatabaseValue($0) ?? Int.fromDatabaseValue($0).map(String.init) }
            guard text == wanted else {
                throw DatabaseError(message: "\(setting) is \(text ?? "not known"), not \(wanted)")
            }
        }
    }
}
