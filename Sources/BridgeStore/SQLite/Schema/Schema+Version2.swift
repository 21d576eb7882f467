// Endpoints with options of their own, one list of all attempts, and recoveries.

extension Schema {
    /// The tables in their new shape, beside the old ones until ``Version2`` has moved what is in those.
    static let version2Tables = """
        CREATE TABLE new_endpoint (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL REFERENCES client (id),
            url TEXT NOT NULL,
            events TEXT NOT NULL,
            description TEXT NOT NULL,
            enabled INTEGER NOT NULL,
            disabled_reason TEXT,
            ordered INTEGER NOT NULL DEFAULT 0,
            timeout_ms INTEGER,
            -- The delays in milliseconds, with a space between; empty for a single attempt.
            retry_schedule TEXT,
            rate_limit INTEGER,
            signature TEXT NOT NULL DEFAULT 'v1',
            -- Grows when it is enabled, disabled, or gets another URL.
            epoch INTEGER NOT NULL DEFAULT 1,
            failing_since INTEGER,
            -- How many attempts have failed since, counted no further than matters.
            failures INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            deleted_at INTEGER,
            -- Last, since it may be long: who does not ask for it does not read it.
            credentials BLOB,
            CHECK ((credentials IS NULL) = (deleted_at IS NOT NULL)),
            CHECK (deleted_at IS NULL OR enabled = 0),
            CHECK ((failing_since IS NULL) = (failures = 0))
        ) STRICT;

        CREATE TABLE new_delivery (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL REFERENCES client (id),
            event_id TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
            endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
            status TEXT NOT NULL,
            attempt_count INTEGER NOT NULL DEFAULT 0,
            counted_attempts INTEGER NOT NULL DEFAULT 0,
            -- Grows with every attempt that is recorded and every new beginning: the verdict of an attempt that began
            -- with another one is not followed.
            fence INTEGER NOT NULL DEFAULT 0,
            next_attempt_at INTEGER,
            created_at INTEGER NOT NULL,
            ended_at INTEGER,
            CHECK ((next_attempt_at IS NOT NULL) = (status = 'pending')),
            CHECK ((ended_at IS NULL) = (status IN ('pending', 'held')))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE new_attempt (
            id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            endpoint_id TEXT NOT NULL,
            delivery_id TEXT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            duration_ms INTEGER NOT NULL,
            error TEXT,
            status INTEGER,
            address TEXT,
            -- Why its record disabled the endpoint: the same record once more is told the same.
            disabled TEXT,
            response BLOB
        ) STRICT;

        CREATE TABLE recovery (
            endpoint_id TEXT PRIMARY KEY REFERENCES endpoint (id) ON DELETE CASCADE,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL,
            -- The last event that was done.
            cursor TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Endpoints that were enabled, disabled or removed, and whose open deliveries may not be in line with that:
        -- those after the cursor, up to the last.
        CREATE TABLE alignment (
            endpoint_id TEXT PRIMARY KEY REFERENCES endpoint (id) ON DELETE CASCADE,
            cursor TEXT NOT NULL,
            last TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// Puts the new tables in the place of the old ones.
    static let version2Swap = """
        DROP TABLE attempt;
        DROP TABLE delivery;
        DROP TABLE endpoint;
        ALTER TABLE new_endpoint RENAME TO endpoint;
        ALTER TABLE new_delivery RENAME TO delivery;
        ALTER TABLE new_attempt RENAME TO attempt;

        CREATE INDEX endpoint_client ON endpoint (client_id, id) WHERE deleted_at IS NULL;
        CREATE INDEX endpoint_deleted ON endpoint (deleted_at) WHERE deleted_at IS NOT NULL;
        CREATE INDEX endpoint_unwell ON endpoint (disabled_reason)
            WHERE deleted_at IS NULL AND (enabled = 0 OR failing_since IS NOT NULL);

        CREATE UNIQUE INDEX delivery_event ON delivery (event_id, endpoint_id);
        CREATE INDEX delivery_client ON delivery (client_id, id, created_at);
        CREATE INDEX delivery_exceptional ON delivery (client_id, status, id) WHERE status <> 'delivered';
        CREATE INDEX delivery_endpoint ON delivery (endpoint_id, id);
        CREATE INDEX delivery_pending ON delivery (id) WHERE status = 'pending';
        CREATE INDEX delivery_open ON delivery (endpoint_id, id, created_at) WHERE status IN ('pending', 'held');

        CREATE UNIQUE INDEX attempt_client ON attempt (client_id, id, started_at);
        CREATE INDEX attempt_delivery ON attempt (delivery_id, id);
        CREATE INDEX attempt_endpoint ON attempt (endpoint_id, id);
        CREATE INDEX attempt_error ON attempt (client_id, error, id) WHERE error IS NOT NULL;
        CREATE INDEX attempt_status ON attempt (client_id, status, id) WHERE error IS NOT NULL;
        """
}
