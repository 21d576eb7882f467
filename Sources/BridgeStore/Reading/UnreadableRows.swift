import Synchronization

/// The rows that are not what the bridge writes: damaged, or changed by somebody else.
///
/// One of them stops nothing but what needs it. It is left as it is, so that whoever repairs it loses nothing.
final class UnreadableRows: Sendable {
    private let known = Mutex<Set<String>>([])
    private let tell: @Sendable (_ row: String, _ reason: String) -> Void

    /// - Parameter tell: Told of each row when it is passed over for the first time.
    init(tell: @escaping @Sendable (_ row: String, _ reason: String) -> Void) {
        self.tell = tell
    }

    /// What `read` makes of the row with that id; `nil` when it cannot be read.
    func passOver<Value>(_ id: String, _ read: () throws -> Value) throws -> Value? {
        do {
            return try read()
        } catch let damage as DamagedValue {
            if known.withLock({ $0.insert(id).inserted }) { tell(id, damage.description) }
            return nil
        }
    }
}
