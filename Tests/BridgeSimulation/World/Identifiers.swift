import BridgeCore
import Synchronization

/// Makes the ids of the simulated world. It is the only part that a `Sendable` closure needs.
final class Identifiers: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) {
        generator = Mutex(SeededGenerator(seed: seed))
    }

    func make<Kind>(at time: Timestamp, _: Identifier<Kind>.Type = Identifier<Kind>.self) -> Identifier<Kind> {
        generator.withLock { Identifier(at: time, using: &$0) }
    }
}
