import BridgeCore
import Marksign

/// Under what a client's idempotency key is kept.
struct KeyName: Hashable {
    let client: ClientID
    let digest: [UInt8]

    init(_ key: IdempotencyKey) {
        client = key.clientID
        digest = key.digest
    }
}

struct SessionRow {
    var session: Session
    var cancelRequested = false
    /// How many parts of a signed file each epoch has written.
    var chunks: [Int64: Int] = [:]
}

struct KeyRow {
    let fingerprint: [UInt8]
    let expiresAt: Timestamp
    let session: SessionID?
    var answer: KeptAnswer?
}

struct EndpointRow {
    var endpoint: Endpoint
    var record = EndpointRecord()
    var isDeleted = false
}

/// How far the deliveries of an endpoint are in line with it, and how far they are to be.
struct AlignmentRow {
    var cursor: String
    let last: String
}

/// A recovery, and how far it came.
struct RecoveryRow: Equatable {
    let since: Timestamp
    let until: Timestamp
    var cursor = ""
}

struct DeliveryRow {
    let id: DeliveryID
    let event: EventID
    let session: SessionID?
    let endpoint: EndpointID
    var status: DeliveryStatus
    var nextAttemptAt: Timestamp?
    var attemptCount = 0
    var countedAttempts = 0
    var fence = 0
}

extension Session {
    /// The same session with another owner.
    func adopted() -> Session {
        Session(
            id: id, clientID: clientID, kind: kind, method: method, status: status, token: token,
            controlCode: controlCode, createdAt: createdAt, expiresAt: expiresAt, metadata: metadata, epoch: epoch + 1)
    }
}
