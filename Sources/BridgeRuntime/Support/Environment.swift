import BridgeCore

/// What comes in from outside of the program's decisions: time and chance.
public struct Environment: Sendable {
    /// What time it is.
    public let now: @Sendable () -> Moment
    /// 64 random bits, good enough for secrets.
    public let random: @Sendable () -> UInt64

    /// Clocks and chance.
    public init(now: @escaping @Sendable () -> Moment, random: @escaping @Sendable () -> UInt64) {
        self.now = now
        self.random = random
    }

    /// A generator over ``random``.
    public var generator: some RandomNumberGenerator { Generator(source: random) }

    /// A new id.
    public func identifier<Kind>(_: Identifier<Kind>.Type = Identifier<Kind>.self) -> Identifier<Kind> {
        var generator = Generator(source: random)
        return Identifier(at: now().wall, using: &generator)
    }

    /// A number from 0 up to, but not including, 1.
    public func unit() -> Double {
        Double(random() >> 11) * 0x1p-53
    }

    private struct Generator: RandomNumberGenerator {
        let source: @Sendable () -> UInt64
        mutating func next() -> UInt64 { source() }
    }
}
