import BridgeCore

extension Identifier {
    /// Below every id of what was made since then, the doubt of the clock included: a thing's id may be made before the
    /// time is taken that is stored of it.
    static func lowest(since time: Timestamp) -> Identifier {
        var zeros = Zeros()
        return Identifier(at: time - .seconds(60), using: &zeros)
    }
}

/// No randomness at all.
private struct Zeros: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0 }
}
