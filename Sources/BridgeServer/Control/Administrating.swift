import BridgeCore

/// What an operator can do with clients, their keys and the store, whether in this process or in the one that serves.
public protocol Administrating: Sendable {
    /// Adds a client with a first key. `name` is 1 to 100 visible characters; two clients may have the same.
    func add(name: String) async throws(AdministrationError) -> NewClient
    /// All clients, removed ones too, oldest first.
    func list() async throws(AdministrationError) -> [Client]
    /// Gives a client a second key; the others stop when `overlap` is over: 0 to 30 days.
    func rotateKey(of id: ClientID, overlap: Duration) async throws(AdministrationError) -> RotatedKey
    /// Stops all keys of a client. Its open sessions and deliveries finish.
    func remove(_ id: ClientID) async throws(AdministrationError)
    /// Seals with the first key what is sealed with another; how many values that were.
    func reseal() async throws(AdministrationError) -> Int
}

/// Why something was not done.
public enum AdministrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such client, or it was removed before.
    case noSuchClient(ClientID)
    /// What was asked has not the right form; says what is expected.
    case invalid(String)
    /// The store or the running service could not do it; says why.
    case unavailable(String)

    /// One line for the operator.
    public var description: String {
        switch self {
        case .noSuchClient(let id): "there is no client \(id), or it was removed before"
        case .invalid(let reason), .unavailable(let reason): reason
        }
    }
}

/// A client that was just added, with the only sight of its key.
public struct NewClient: Sendable, Equatable {
    /// Its id.
    public let id: ClientID
    /// What people call it.
    public let name: String
    /// Its API key: a secret that is nowhere else.
    public let apiKey: String
}

/// A client's second key, with its only sight.
public struct RotatedKey: Sendable, Equatable {
    /// Whose key it is.
    public let id: ClientID
    /// The new API key: a secret that is nowhere else.
    public let apiKey: String
    /// From then on the other keys are refused.
    public let oldKeysUntil: Timestamp
}

/// The name of a client: what people call it.
struct ClientName {
    static let expected = "1 to 100 characters, none of them a control character, without blanks around it"

    let text: String

    init?(_ text: String) {
        guard (1...100).contains(text.count), text.unicodeScalars.count <= 400, text == text.trimmingBlanks,
            text.unicodeScalars.allSatisfy(\.isVisible)
        else { return nil }
        self.text = text
    }
}
