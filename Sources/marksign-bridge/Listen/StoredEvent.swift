import BridgeCore
import StrictJSON

/// An event as the bridge lists it.
struct StoredEvent {
    let id: EventID
    let type: String
    /// What was told, or would have been, byte for byte.
    let body: [UInt8]

    /// Takes an event out of an answer; `nil` when it is none.
    init?(_ json: JSON) {
        guard let id = json["id"]?.string.flatMap({ EventID($0) }), let type = json["type"]?.string,
            let body = json["body"]
        else { return nil }
        self.id = id
        self.type = type
        // Copied, so that the rest of the page can go.
        self.body = Array(body.raw)
    }
}
