import Marksign

/// An open session as the watcher needs it after a restart.
public struct OpenSession: Sendable, Equatable {
    /// The session; its status is `starting` or `pending`.
    public let session: Session
    /// Whether its client asked to cancel it.
    public let cancelRequested: Bool

    /// An open session.
    public init(session: Session, cancelRequested: Bool) {
        self.session = session
        self.cancelRequested = cancelRequested
    }
}

/// The final write of a session: its outcome, its event and the event's deliveries are one commit.
public struct SessionEnding: Sendable {
    /// The session.
    public let sessionID: SessionID
    /// The epoch under which it was watched; the write changes nothing under another.
    public let epoch: Int64
    /// The final status.
    public let status: SessionStatus
    /// When it ended.
    public let endedAt: Timestamp
    /// What it gave.
    public let result: SessionResult?
    /// Why it gave nothing.
    public let error: SessionError?
    /// What is told of it.
    public let event: Event
    /// How many chunks of the signed file were written before; 0 when there is none.
    public let fileChunks: Int
    /// What is answered, if its start ran under an idempotency key.
    public let answer: KeptAnswer?
    /// Makes the ids of the deliveries.
    public let makeDeliveryID: @Sendable () -> DeliveryID

    /// A final write.
    public init(
        sessionID: SessionID, epoch: Int64, status: SessionStatus, endedAt: Timestamp, result: SessionResult?,
        error: SessionError?, event: Event, fileChunks: Int = 0, answer: KeptAnswer? = nil,
        makeDeliveryID: @escaping @Sendable () -> DeliveryID
    ) {
        self.sessionID = sessionID
        self.epoch = epoch
        self.status = status
        self.endedAt = endedAt
        self.result = result
        self.error = error
        self.event = event
        self.fileChunks = fileChunks
        self.answer = answer
        self.makeDeliveryID = makeDeliveryID
    }
}

/// A signed file that can be read.
public struct StoredFile: Sendable, Equatable {
    /// What it is.
    public let file: SignedFile
    /// Of how many chunks it consists, each at most 1 MiB.
    public let chunks: Int

    /// A file.
    public init(file: SignedFile, chunks: Int) {
        self.file = file
        self.chunks = chunks
    }

    /// The size of every chunk but the last, in bytes.
    public static let chunkSize = 1 << 20
}

/// How long what is over is kept.
public struct Retention: Sendable, Equatable {
    /// Signed files, after the end of the session and of its last open delivery.
    public let files: Duration
    /// Sessions, events and deliveries, likewise.
    public let sessions: Duration
    /// What is still undelivered, after the end of the session.
    public let undelivered: Duration

    /// How long what is over is kept.
    public init(files: Duration, sessions: Duration, undelivered: Duration) {
        self.files = files
        self.sessions = sessions
        self.undelivered = undelivered
    }
}

/// What a sweep removed.
public struct Expired: Sendable, Equatable {
    /// Files.
    public var files = 0
    /// Sessions, with their events and deliveries.
    public var sessions = 0
    /// Deliveries that had not been delivered.
    public var undelivered = 0
    /// Answers kept under idempotency keys.
    public var answers = 0

    /// Nothing removed.
    public init() {}
}
