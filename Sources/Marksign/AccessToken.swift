/// The secret that Marksign knows the company by. Its description is redacted, so that it cannot slip into a log.
public struct AccessToken: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The secret itself.
    public let rawValue: String

    /// The token, or nil unless it is 1 to 1 024 visible ASCII characters.
    public init?(_ rawValue: String) {
        guard (1...1024).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.rawValue = rawValue
    }

    /// Never the secret.
    public var description: String { "<redacted>" }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
