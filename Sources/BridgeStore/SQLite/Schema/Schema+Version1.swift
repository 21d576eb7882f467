// Times are milliseconds since 1970. BLOB columns hold what `Sealer` made of a value, hashes excepted. Ids sort by the
// time of making, so a table's rows and its indexes grow at their ends. An index covers the rows that its query wants
// and no others: what is over leaves it.

extension Schema {
    static let version1Clients = """
        CREATE TABLE meta (
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- One row for each key that ever sealed; none when the store is not sealed.
        CREATE TABLE sealing_key (
            key_id BLOB PRIMARY KEY,
            proof BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE client (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            removed_at INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE api_key (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL REFERENCES client (id),
            digest BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX api_key_client ON api_key (client_id);

        CREATE TABLE endpoint (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL REFERENCES client (id),
            url TEXT NOT NULL,
            events TEXT NOT NULL,
            description TEXT NOT NULL,
            enabled INTEGER NOT NULL,
            disabled_reason TEXT,
            secret BLOB,
            previous_secret BLOB,
            previous_until INTEGER,
            created_at INTEGER NOT NULL,
            deleted_at INTEGER,
            CHECK (secret IS NOT NULL OR deleted_at IS NOT NULL)
        ) STRICT;
        CREATE INDEX endpoint_client ON endpoint (client_id, id) WHERE deleted_at IS NULL;
        CREATE INDEX endpoint_deleted ON endpoint (deleted_at) WHERE deleted_at IS NOT NULL;
        """

    static let version1Sessions = """
        CREATE TABLE session (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL REFERENCES client (id),
            owner TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            kind TEXT NOT NULL,
            method TEXT NOT NULL,
            status TEXT NOT NULL,
            token_hash BLOB,
            token BLOB,
            control_code BLOB,
            metadata BLOB,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            cancel_requested_at INTEGER,
            ended_at INTEGER,
            result BLOB,
            file_chunks INTEGER NOT NULL DEFAULT 0,
            error_code TEXT,
            upstream_code INTEGER,
            CHECK ((ended_at IS NULL) = (status IN ('starting', 'pending')))
        ) STRICT;
        CREATE UNIQUE INDEX session_token ON session (token_hash) WHERE token_hash IS NOT NULL;
        CREATE INDEX session_open ON session (id) WHERE status IN ('starting', 'pending');
        CREATE INDEX session_client ON session (client_id, id);
        CREATE INDEX session_exceptional ON session (client_id, status, id) WHERE status <> 'completed';
        CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX session_file ON session (ended_at) WHERE file_chunks > 0;

        CREATE TABLE session_personal (
            session_id TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
            data BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Chunks are written before their session's end, under the epoch of who writes them. Those of the epoch that
        -- ended the session are its file.
        CREATE TABLE file_chunk (
            session_id TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            number INTEGER NOT NULL,
            bytes BLOB NOT NULL CHECK (length(bytes) <= 1048576 + 33),
            UNIQUE (session_id, epoch, number)
        ) STRICT;

        -- Chunks that nobody reads any more: they are removed a few at a time.
        CREATE TABLE unwanted_file (
            session_id TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            PRIMARY KEY (session_id, epoch)
        ) STRICT, WITHOUT ROWID;
        """

    static let version1Events = """
        CREATE TABLE event (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL REFERENCES client (id),
            session_id TEXT REFERENCES session (id) ON DELETE CASCADE,
            type TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX event_session ON event (session_id) WHERE session_id IS NOT NULL;
        CREATE INDEX event_client ON event (client_id, id, type, created_at);
        CREATE INDEX event_test ON event (created_at) WHERE session_id IS NULL;

        CREATE TABLE delivery (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL REFERENCES client (id),
            event_id TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
            endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
            status TEXT NOT NULL,
            attempt_count INTEGER NOT NULL DEFAULT 0,
            counted_attempts INTEGER NOT NULL DEFAULT 0,
            -- The number of the last attempt that counts: the next is one more, and no other is listened to.
            last_number INTEGER NOT NULL DEFAULT 0,
            next_attempt_at INTEGER,
            created_at INTEGER NOT NULL,
            ended_at INTEGER,
            CHECK ((next_attempt_at IS NOT NULL) = (status = 'pending')),
            CHECK ((ended_at IS NULL) = (status IN ('pending', 'held')))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX delivery_event ON delivery (event_id);
        CREATE INDEX delivery_client ON delivery (client_id, id);
        CREATE INDEX delivery_exceptional ON delivery (client_id, status, id) WHERE status <> 'delivered';
        CREATE INDEX delivery_endpoint ON delivery (endpoint_id, id);
        CREATE INDEX delivery_pending ON delivery (id) WHERE status = 'pending';
        CREATE INDEX delivery_open ON delivery (endpoint_id, created_at) WHERE status IN ('pending', 'held');

        CREATE TABLE attempt (
            delivery_id TEXT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            duration_ms INTEGER NOT NULL,
            error TEXT,
            status INTEGER,
            address TEXT,
            retry_after TEXT,
            response BLOB,
            PRIMARY KEY (delivery_id, number)
        ) STRICT, WITHOUT ROWID;
        """

    static let version1Idempotency = """
        -- Without a status the key is reserved: its request is still running.
        CREATE TABLE idempotency (
            client_id TEXT NOT NULL REFERENCES client (id),
            digest BLOB NOT NULL,
            fingerprint BLOB NOT NULL,
            expires_at INTEGER NOT NULL,
            session_id TEXT,
            status INTEGER,
            location TEXT,
            body BLOB,
            UNIQUE (client_id, digest)
        ) STRICT;
        CREATE UNIQUE INDEX idempotency_reserved ON idempotency (session_id) WHERE status IS NULL;
        CREATE INDEX idempotency_expiry ON idempotency (expires_at);
        """
}
