/// The schema on PostgreSQL: the tables, constraints and indexes of SQLite under the same names, and what several
/// instances need.
///
/// Its versions have the numbers of SQLite's, beginning with the one that was the latest when PostgreSQL was added.
/// Text is compared byte by byte, as in SQLite, so that ids sort by the time of making whatever the database's locale
/// is.
enum PostgreSQLSchema {
    /// What makes the version before into itself.
    struct Version {
        /// A whole number.
        let name: String
        let statements: [String]
    }

    /// The versions in their order.
    static let versions = [
        Version(name: "2", statements: [clients, sessions, events, idempotency, instances])
    ]

    /// The tables of the latest version.
    static let tables = [
        "meta", "sealing_key", "client", "api_key", "endpoint", "session", "session_personal", "file_chunk",
        "unwanted_file", "event", "delivery", "attempt", "recovery", "alignment", "idempotency", "instance",
    ]

    /// Rows that are changed soon after they are made get the room for it beside them, and what is dead goes soon.
    private static let hot = "WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)"

    private static let clients = """
        CREATE TABLE meta (
            name TEXT COLLATE "C" PRIMARY KEY,
            value BYTEA NOT NULL
        );

        CREATE TABLE sealing_key (
            key_id BYTEA PRIMARY KEY,
            proof BYTEA NOT NULL
        );

        CREATE TABLE client (
            id TEXT COLLATE "C" PRIMARY KEY,
            name TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            removed_at BIGINT
        );

        CREATE TABLE api_key (
            id TEXT COLLATE "C" PRIMARY KEY,
            client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id),
            digest BYTEA NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT
        );
        CREATE INDEX api_key_client ON api_key (client_id);

        CREATE TABLE endpoint (
            id TEXT COLLATE "C" PRIMARY KEY,
            client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id),
            url TEXT COLLATE "C" NOT NULL,
            events TEXT COLLATE "C" NOT NULL,
            description TEXT COLLATE "C" NOT NULL,
            enabled BIGINT NOT NULL,
            disabled_reason TEXT COLLATE "C",
            ordered BIGINT NOT NULL DEFAULT 0,
            timeout_ms BIGINT,
            retry_schedule TEXT COLLATE "C",
            rate_limit BIGINT,
            signature TEXT COLLATE "C" NOT NULL DEFAULT 'v1',
            epoch BIGINT NOT NULL DEFAULT 1,
            failing_since BIGINT,
            failures BIGINT NOT NULL DEFAULT 0,
            created_at BIGINT NOT NULL,
            deleted_at BIGINT,
            credentials BYTEA,
            CHECK ((credentials IS NULL) = (deleted_at IS NOT NULL)),
            CHECK (deleted_at IS NULL OR enabled = 0),
            CHECK ((failing_since IS NULL) = (failures = 0))
        ) \(hot);
        CREATE INDEX endpoint_client ON endpoint (client_id, id) WHERE deleted_at IS NULL;
        CREATE INDEX endpoint_deleted ON endpoint (deleted_at) WHERE deleted_at IS NOT NULL;
        CREATE INDEX endpoint_unwell ON endpoint (disabled_reason)
            WHERE deleted_at IS NULL AND (enabled = 0 OR failing_since IS NOT NULL);
        """

    private static let sessions = """
        CREATE TABLE session (
            id TEXT COLLATE "C" PRIMARY KEY,
            client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id),
            owner TEXT COLLATE "C" NOT NULL,
            epoch BIGINT NOT NULL,
            kind TEXT COLLATE "C" NOT NULL,
            method TEXT COLLATE "C" NOT NULL,
            status TEXT COLLATE "C" NOT NULL,
            token_hash BYTEA,
            token BYTEA,
            control_code BYTEA,
            metadata BYTEA,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            cancel_requested_at BIGINT,
            ended_at BIGINT,
            result BYTEA,
            file_chunks BIGINT NOT NULL DEFAULT 0,
            error_code TEXT COLLATE "C",
            upstream_code BIGINT,
            CHECK ((ended_at IS NULL) = (status IN ('starting', 'pending')))
        ) \(hot);
        CREATE UNIQUE INDEX session_token ON session (token_hash) WHERE token_hash IS NOT NULL;
        -- By owner, since what its owner left is looked for every second.
        CREATE INDEX session_open ON session (owner, id) WHERE status IN ('starting', 'pending');
        CREATE INDEX session_cancelled ON session (owner) WHERE status = 'pending' AND cancel_requested_at IS NOT NULL;
        CREATE INDEX session_client ON session (client_id, id);
        CREATE INDEX session_exceptional ON session (client_id, status, id) WHERE status <> 'completed';
        CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX session_file ON session (ended_at) WHERE file_chunks > 0;

        CREATE TABLE session_personal (
            session_id TEXT COLLATE "C" PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
            data BYTEA NOT NULL
        );

        CREATE TABLE file_chunk (
            session_id TEXT COLLATE "C" NOT NULL,
            epoch BIGINT NOT NULL,
            number BIGINT NOT NULL,
            bytes BYTEA NOT NULL CHECK (length(bytes) <= 1048576 + 33),
            UNIQUE (session_id, epoch, number)
        );
        -- What is signed is compressed or sealed already.
        ALTER TABLE file_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

        CREATE TABLE unwanted_file (
            session_id TEXT COLLATE "C" NOT NULL,
            epoch BIGINT NOT NULL,
            PRIMARY KEY (session_id, epoch)
        );
        """

    private static let events = """
        CREATE TABLE event (
            id TEXT COLLATE "C" PRIMARY KEY,
            client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id),
            session_id TEXT COLLATE "C" REFERENCES session (id) ON DELETE CASCADE,
            type TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            body BYTEA NOT NULL
        );
        CREATE UNIQUE INDEX event_session ON event (session_id) WHERE session_id IS NOT NULL;
        CREATE INDEX event_client ON event (client_id, id, type, created_at);
        CREATE INDEX event_test ON event (created_at) WHERE session_id IS NULL;

        CREATE TABLE delivery (
            id TEXT COLLATE "C" PRIMARY KEY,
            client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id),
            event_id TEXT COLLATE "C" NOT NULL REFERENCES event (id) ON DELETE CASCADE,
            endpoint_id TEXT COLLATE "C" NOT NULL REFERENCES endpoint (id),
            -- The instance that has it in its queue; nobody's is anybody's.
            owner TEXT COLLATE "C" NOT NULL DEFAULT '',
            status TEXT COLLATE "C" NOT NULL,
            attempt_count BIGINT NOT NULL DEFAULT 0,
            counted_attempts BIGINT NOT NULL DEFAULT 0,
            fence BIGINT NOT NULL DEFAULT 0,
            next_attempt_at BIGINT,
            created_at BIGINT NOT NULL,
            ended_at BIGINT,
            CHECK ((next_attempt_at IS NOT NULL) = (status = 'pending')),
            CHECK ((ended_at IS NULL) = (status IN ('pending', 'held')))
        ) \(hot);
        CREATE UNIQUE INDEX delivery_event ON delivery (event_id, endpoint_id);
        CREATE INDEX delivery_client ON delivery (client_id, id, created_at);
        CREATE INDEX delivery_exceptional ON delivery (client_id, status, id) WHERE status <> 'delivered';
        CREATE INDEX delivery_endpoint ON delivery (endpoint_id, id);
        CREATE INDEX delivery_pending ON delivery (id) WHERE status = 'pending';
        CREATE INDEX delivery_owner ON delivery (owner, id) WHERE status = 'pending';
        CREATE INDEX delivery_open ON delivery (endpoint_id, id, created_at) WHERE status IN ('pending', 'held');

        CREATE TABLE attempt (
            id TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            endpoint_id TEXT COLLATE "C" NOT NULL,
            delivery_id TEXT COLLATE "C" NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
            number BIGINT NOT NULL,
            started_at BIGINT NOT NULL,
            duration_ms BIGINT NOT NULL,
            error TEXT COLLATE "C",
            status BIGINT,
            address TEXT COLLATE "C",
            disabled TEXT COLLATE "C",
            response BYTEA
        );
        CREATE UNIQUE INDEX attempt_client ON attempt (client_id, id, started_at);
        CREATE INDEX attempt_delivery ON attempt (delivery_id, id);
        CREATE INDEX attempt_endpoint ON attempt (endpoint_id, id);
        CREATE INDEX attempt_error ON attempt (client_id, error, id) WHERE error IS NOT NULL;
        CREATE INDEX attempt_status ON attempt (client_id, status, id) WHERE error IS NOT NULL;

        CREATE TABLE recovery (
            endpoint_id TEXT COLLATE "C" PRIMARY KEY REFERENCES endpoint (id) ON DELETE CASCADE,
            since BIGINT NOT NULL,
            until BIGINT NOT NULL,
            cursor TEXT COLLATE "C" NOT NULL
        );

        CREATE TABLE alignment (
            endpoint_id TEXT COLLATE "C" PRIMARY KEY REFERENCES endpoint (id) ON DELETE CASCADE,
            cursor TEXT COLLATE "C" NOT NULL,
            last TEXT COLLATE "C" NOT NULL
        );
        """

    private static let idempotency = """
        CREATE TABLE idempotency (
            client_id TEXT COLLATE "C" NOT NULL REFERENCES client (id),
            digest BYTEA NOT NULL,
            fingerprint BYTEA NOT NULL,
            expires_at BIGINT NOT NULL,
            session_id TEXT COLLATE "C",
            status BIGINT,
            location TEXT COLLATE "C",
            body BYTEA,
            -- The instance whose request has reserved it.
            owner TEXT COLLATE "C" NOT NULL DEFAULT '',
            UNIQUE (client_id, digest)
        ) \(hot);
        CREATE UNIQUE INDEX idempotency_reserved ON idempotency (session_id) WHERE status IS NULL;
        CREATE INDEX idempotency_expiry ON idempotency (expires_at);
        """

    private static let instances = """
        -- Who is at work. The database's clock alone tells when a lease is over.
        CREATE TABLE instance (
            id TEXT COLLATE "C" PRIMARY KEY,
            name TEXT COLLATE "C" NOT NULL,
            joined_at TIMESTAMPTZ NOT NULL,
            lease_until TIMESTAMPTZ NOT NULL,
            -- Of its last request.
            number BIGINT NOT NULL DEFAULT 0,
            -- How many thousandths of a request a second it may send to Marksign.
            share BIGINT NOT NULL DEFAULT 0,
            -- It ends: what it gives up is divided among the others.
            is_leaving BOOLEAN NOT NULL DEFAULT FALSE
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
        """
}
