/// The form of the log's lines.
public enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line, for machines.
    case json
    /// For people.
    case text
}
