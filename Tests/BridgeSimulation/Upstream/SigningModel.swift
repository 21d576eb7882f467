import BridgeCore

/// A signing session as Marksign keeps it.
struct SigningModel {
    enum Ending { case signed, refused, expired, removed }

    let kind: SigningChoice
    let createdAt: Tick
    /// What the signer will do, and when; nothing when it is missing.
    let plan: (ending: Ending, at: Tick)?
    /// Before then Marksign does not find it.
    let visibleFrom: Tick
    /// Whether Marksign forgets it once it has told of its end.
    let isForgotten: Bool
    /// How many of its good answers lack the result.
    var missingResults: Int
    /// Whether a removed session is told as cancelled, or not found.
    let removalShows: Bool
    private(set) var ending: Ending?
    private var endedAt: Tick?
    private var lastAskedAt: Tick?
    var wasTold = false

    enum SigningChoice { case document, hash }

    init(
        kind: SigningChoice, createdAt: Tick, plan: (ending: Ending, at: Tick)?, visibleFrom: Tick, isForgotten: Bool,
        missingResults: Int, removalShows: Bool
    ) {
        self.kind = kind
        self.createdAt = createdAt
        self.plan = plan
        self.visibleFrom = visibleFrom
        self.isForgotten = isForgotten
        self.missingResults = missingResults
        self.removalShows = removalShows
    }

    var isSigned: Bool { ending == .signed }

    /// Whether a poll that reached Marksign could have told of the signature. Not when Marksign has forgotten it.
    var wasSignedWhenLastAsked: Bool {
        guard isSigned, !isForgotten, let endedAt, let lastAskedAt else { return false }
        return endedAt <= lastAskedAt
    }

    mutating func advance(to now: Tick) {
        guard ending == nil, let plan, plan.at <= now else { return }
        ending = plan.ending
        endedAt = plan.at
    }

    mutating func asked(at now: Tick) {
        advance(to: now)
        lastAskedAt = now
    }

    /// It is removed, unless it has ended.
    mutating func remove(at now: Tick) -> Bool {
        advance(to: now)
        guard ending == nil else { return false }
        ending = .removed
        endedAt = now
        return true
    }
}
