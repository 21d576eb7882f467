import BridgeCore

/// An error of an engine's database.
protocol EngineError: Error {
    /// Whether the store can be used on after it.
    var asStoreError: StoreError { get }
}

extension StoreError {
    /// Sorts an error by whether the store can be used on.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as any EngineError: self = error.asStoreError
        case let error as DamagedValue: self = .unreadable(error.description)
        default: self = .unavailable("\(error)")
        }
    }
}
