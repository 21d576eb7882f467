import BridgeCore

/// What is set of the watching of sessions.
public struct SessionSettings: Sendable {
    /// When sessions are polled and given up.
    public var rules: WatchRules
    /// Requests to Marksign under way at once.
    public var maximumConcurrent: Int
    /// Prefix of links in events, without a slash at its end; links are paths without it.
    public var publicURL: String?
    /// How long requests under way may take after the shutdown began.
    public var grace: Duration = .seconds(8)
    /// How long a caller waits for a cancel before it is told that it goes on.
    public var cancelPatience: Duration = .seconds(50)
    /// How long a start's answer may wait for the store before it counts as lost.
    public var commitPatience: Duration = .seconds(10)

    /// Settings.
    public init(rules: WatchRules, maximumConcurrent: Int, publicURL: String?) {
        self.rules = rules
        self.maximumConcurrent = maximumConcurrent
        self.publicURL = publicURL
    }
}
