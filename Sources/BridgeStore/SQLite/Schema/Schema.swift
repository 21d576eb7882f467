import GRDB

/// The versions of the schema. A version that was published never changes; a change is a version of its own.
enum Schema {
    static func migrator(_ sealer: Sealer) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            for part in [version1Clients, version1Sessions, version1Events, version1Idempotency] {
                try db.execute(sql: part)
            }
            try StoreIdentity.create(Database(db), sealer)
        }
        migrator.registerMigration("2") { db in try Version2(db: Database(db), tables: db, sealer: sealer).migrate() }
        return migrator
    }
}
