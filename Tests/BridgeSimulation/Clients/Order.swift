import BridgeCore
import Marksign

/// What a client wants started, under which key, however often it has to ask.
struct Order {
    let client: ClientID
    let kind: SigningKind
    let key: IdempotencyKey?
    var tries = 1
}
