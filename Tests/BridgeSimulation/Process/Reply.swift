import BridgeCore

/// What a client gets for a request.
enum Reply {
    /// The connection broke, or there was none.
    case reset
    /// What became of a start.
    case start(StartResult)
    /// A request to watch was answered, now or before.
    case watched(KeptAnswer)
    /// It was not done, for now or for good.
    case refused
    /// It was done.
    case done
}
