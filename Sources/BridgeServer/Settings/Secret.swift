/// A value that does not show itself: printing, interpolating or dumping it gives `<redacted>`.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The value, for the one place that needs it.
    public let revealed: Value

    /// Hides a value.
    public init(_ value: Value) {
        revealed = value
    }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { description }
    /// A mirror without children, so that `dump` has nothing to show.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
