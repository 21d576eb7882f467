/// Why the settings cannot be used: one line for each fault.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The faults, in the order in which they were found; at least one. None shows a secret.
    public let problems: [String]

    /// Settings with those faults.
    public init(_ problems: [String]) {
        self.problems = problems
    }

    /// The faults, one on each line.
    public var description: String { problems.joined(separator: "\n") }
}
