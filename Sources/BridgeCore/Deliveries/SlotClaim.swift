/// What an endpoint holds of the slots for attempts, and whether it wants one more.
///
/// Doubtful are all attempts to an endpoint whose latest attempt failed, and all but the first to one of which nothing
/// is known yet. They hold at most half of the slots, so receivers that hang, however many, cannot take the other half.
struct SlotClaim: Sendable, Equatable {
    let clientID: ClientID
    /// Attempts under way.
    let inFlight: Int
    /// What the endpoint's latest attempts say of it.
    let standing: LaneHealth.Standing
    /// Whether another attempt may begin as soon as there is a slot.
    var wantsMore = false

    /// How many of the attempts under way are doubtful.
    var doubtful: Int {
        switch standing {
        case .trusted: 0
        case .unknown: max(0, inFlight - 1)
        case .suspect, .probed: inFlight
        }
    }

    /// How many are not.
    var trusted: Int { inFlight - doubtful }

    /// Whether one more would be doubtful.
    var nextIsDoubtful: Bool {
        switch standing {
        case .trusted: false
        case .unknown: inFlight > 0
        case .suspect, .probed: true
        }
    }
}
