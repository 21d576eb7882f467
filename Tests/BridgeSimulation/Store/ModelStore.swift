import BridgeCore
import Marksign

/// What is on disk, in memory: the meaning of the `Store` protocol without a database. Each call is one commit; what
/// has not been committed yet is with the process (see `StoreDoor`), and dies with it.
final class ModelStore {
    unowned var world: World!
    /// How many deliveries the commit that changes an endpoint brings in line with it. Real stores do more: of the few
    /// here, nothing would be left for later.
    var maximumAtOnce = 3
    var sessions: [SessionID: SessionRow] = [:]
    /// In the order in which they came: nothing iterates over a dictionary.
    var sessionOrder: [SessionID] = []
    var tokens: [SessionToken: SessionID] = [:]
    var keys: [KeyName: KeyRow] = [:]
    var keysOfStarts: [SessionID: KeyName] = [:]
    var endpoints: [EndpointID: EndpointRow] = [:]
    var endpointOrder: [EndpointID] = []
    var events: [EventID: Event] = [:]
    var eventOrder: [EventID] = []
    var deliveries: [DeliveryID: DeliveryRow] = [:]
    var deliveryOrder: [DeliveryID] = []
    var deliveriesOfEvents: [EventID: [DeliveryID]] = [:]
    /// What each recorded attempt did to its endpoint.
    var attempts: [AttemptID: DisabledReason?] = [:]
    var alignments: [EndpointID: AlignmentRow] = [:]
    var recoveries: [EndpointID: RecoveryRow] = [:]

    // MARK: Looking

    /// Those that are not deleted.
    func endpoints(of client: ClientID) -> [Endpoint] {
        endpointOrder.compactMap { endpoints[$0] }.filter { !$0.isDeleted }.map(\.endpoint)
            .filter { $0.clientID == client }
    }

    func delivery(of event: EventID, to endpoint: EndpointID) -> DeliveryID? {
        deliveriesOfEvents[event]?.first { deliveries[$0]?.endpoint == endpoint }
    }

    /// Something that is not over; `nil` when all is done.
    var unfinished: String? {
        if let id = sessionOrder.first(where: { sessions[$0]?.session.status.isFinal == false }) { return id.rawValue }
        if let id = deliveryOrder.first(where: { [.pending, .held].contains(deliveries[$0]?.status) }) {
            return id.rawValue
        }
        if !alignments.isEmpty { return "an alignment" }
        return recoveries.isEmpty ? nil : "a recovery"
    }

    // MARK: Idempotency

    func keyState(_ key: IdempotencyKey, at time: Timestamp) -> KeyState {
        guard let row = keys[KeyName(key)], row.expiresAt > time else { return .free }
        guard row.fingerprint == key.fingerprint else { return .mismatch }
        return row.answer.map { .answered($0) } ?? .running
    }

    func take(_ key: IdempotencyKey, session: SessionID?, _ answer: KeptAnswer?) {
        let name = KeyName(key)
        keys[name] = KeyRow(
            fingerprint: key.fingerprint, expiresAt: key.expiresAt, session: session, answer: answer)
        if let session { keysOfStarts[session] = name }
    }

    /// Keeps the answer under the key that the session's start reserved, or frees the key.
    func settle(_ session: SessionID, _ answer: KeptAnswer?) {
        guard let name = keysOfStarts[session], keys[name]?.session == session, keys[name]?.answer == nil
        else { return }
        if let answer {
            keys[name]?.answer = answer
        } else {
            keys[name] = nil
        }
    }
}
