/// What an endpoint holds of the slots for attempts, and whether it wants one more.
///
/// An endpoint is trusted while the latest of its attempts to end succeeded within a second and none under way has
/// taken that long; all others are doubtful.
struct SlotClaim: Sendable, Equatable {
    let clientID: ClientID
    /// Attempts under way.
    let inFlight: Int
    let isTrusted: Bool
    /// Whether another attempt may begin as soon as there is a slot.
    let wantsMore: Bool

    /// Where it waits for a slot.
    enum Line: Int, CaseIterable, Sendable {
        /// For the only attempt of a trusted endpoint.
        case first
        /// For one more of a trusted endpoint.
        case further
        case doubtful
    }

    var line: Line? {
        guard wantsMore else { return nil }
        return isTrusted ? inFlight == 0 ? .first : .further : .doubtful
    }

    /// How many of the attempts under way are doubtful.
    var doubtful: Int { isTrusted ? 0 : inFlight }
}
