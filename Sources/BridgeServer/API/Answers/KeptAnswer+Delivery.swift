import BridgeCore
import StrictJSON

extension KeptAnswer {
    /// `202`: the delivery will be tried; where it is found.
    init(accepting delivery: DeliveryID, of event: EventID, publicURL: String?) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("delivery_id", delivery.rawValue)
            writer.member("event_id", event.rawValue)
        }
        self.init(
            status: 202, location: "\(publicURL ?? "")/v1/deliveries/\(delivery.rawValue)", body: writer.bytes)
    }

    /// `202`: so many events will be sent.
    init(recovering count: Int) {
        var writer = JSONWriter()
        writer.object { $0.member("count", count) }
        self.init(status: 202, body: writer.bytes)
    }
}
