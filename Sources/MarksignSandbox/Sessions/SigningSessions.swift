/// The sessions of a sandbox as a value: a request and a time in, an answer out.
///
/// A session ends when its signer signs or refuses, or when it has waited too long. How it ended can be read for five
/// minutes; then, as after a removal, it is not found any more.
struct SigningSessions {
    typealias Instant = ContinuousClock.Instant

    /// How many sessions and how many bytes of their files are kept; the oldest give way.
    struct Limits {
        var sessions = 200_000
        var bytes = 512 << 20
    }

    enum Progress {
        case waiting
        case signed(SigningTask)
        case refused
        case expired
    }

    private struct Session {
        let task: SigningTask
        let ends: Instant
        let ending: SandboxEvent.Step
        /// Whether a poll has learned how it ended.
        var isEndingKnown = false
    }

    private let signingTime: Duration
    private let sessionTimeout: Duration
    private let limits: Limits
    private static let retention = Duration.seconds(300)

    private var sessions: [String: Session] = [:]
    /// The tokens by age, up to `oldest` forgotten already.
    private var tokens: [String] = []
    private var oldest = 0
    private var bytes = 0

    init(signingTime: Duration, sessionTimeout: Duration, limits: Limits = Limits()) {
        self.signingTime = signingTime
        self.sessionTimeout = sessionTimeout
        self.limits = limits
    }

    /// The number of sessions that are kept.
    var count: Int { sessions.count }

    /// Opens a session for `signer` under a token that is new.
    mutating func start(_ task: SigningTask, for signer: TestSigner, token: String, at now: Instant) throws(Refusal) {
        let ending: SandboxEvent.Step
        switch signer {
        case .signs: ending = .signed
        case .refuses, .picksWrongCode: ending = .refused
        case .neverAnswers: ending = .expired
        case .notQualified: throw .accountNotQualified
        }
        let isInTime = ending != .expired && signingTime < sessionTimeout
        sessions[token] = Session(
            task: task, ends: now + (isInTime ? signingTime : sessionTimeout), ending: isInTime ? ending : .expired)
        tokens.append(token)
        bytes += task.size
        makeRoom(at: now)
    }

    /// How far the session is, and what is news in that.
    mutating func poll(
        _ token: String, _ kind: SandboxEvent.Kind, at now: Instant
    ) throws(Refusal) -> (progress: Progress, step: SandboxEvent.Step?) {
        guard let session = sessions[token], session.task.kind == kind, now < session.ends + Self.retention else {
            throw .sessionNotFound
        }
        guard now >= session.ends else { return (.waiting, .waiting) }
        sessions[token]?.isEndingKnown = true
        let progress: Progress =
            switch session.ending {
            case .signed: .signed(session.task)
            case .refused: .refused
            default: .expired
            }
        return (progress, session.isEndingKnown ? nil : session.ending)
    }

    /// Ends a session while it is pending; how another one ended stays readable.
    ///
    /// - Returns: What it was to sign.
    mutating func remove(_ token: String, at now: Instant) throws(Refusal) -> SandboxEvent.Kind {
        guard let session = sessions[token], now < session.ends else { throw .invalidRequestNumber }
        forget(token)
        return session.task.kind
    }

    private mutating func makeRoom(at now: Instant) {
        while oldest < tokens.count {
            if let session = sessions[tokens[oldest]] {
                let isCrowded = sessions.count > limits.sessions || bytes > limits.bytes
                // The one that has just come stays, however large it is.
                guard now >= session.ends + Self.retention || isCrowded, oldest < tokens.count - 1 else { break }
                forget(tokens[oldest])
            }
            oldest += 1
        }
        // Halves at least, so that each token is moved once on average.
        if oldest > tokens.count / 2 {
            tokens.removeFirst(oldest)
            oldest = 0
        }
    }

    private mutating func forget(_ token: String) {
        if let session = sessions.removeValue(forKey: token) { bytes -= session.task.size }
    }
}
