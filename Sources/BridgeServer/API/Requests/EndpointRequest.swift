import BridgeCore
import BridgeRuntime
import StrictJSON

/// What `POST /v1/endpoints` and `PATCH /v1/endpoints/{id}` ask for.
struct EndpointRequest {
    let url: String?
    let events: EventFilter?
    let description: String?
    let enabled: Bool?

    /// Names of fields to come.
    private static let reserved = [
        "headers", "ordered", "timeout", "retry_schedule", "rate_limit", "signature", "tls",
    ]
    private static let maximumDescriptionLength = 200

    /// - Parameters:
    ///   - isNew: Whether the endpoint is being registered: it needs a URL, and cannot be disabled.
    ///   - addressFault: Says what is wrong with a URL, if anything.
    init(_ json: JSON, isNew: Bool, addressFault: (String) -> String?) throws(Problem) {
        var faults = FieldFaults()
        let known = ["url", "events", "description"] + (isNew ? [] : ["enabled"])
        guard let fields = FieldReader(json, known: known, reserved: Self.reserved, &faults) else {
            throw faults.problem
        }
        if isNew { fields.require("url", &faults) }
        url = fields.string("url", atMost: WebhookRules.maximumURLLength, &faults)
        if let url, let fault = addressFault(url) { faults.add(fields.path("url"), fault) }
        events = fields.read("events", Self.expectedEvents, &faults) { json in
            guard let elements = json.elements else { return nil }
            let names = elements.compactMap { $0.text(atMost: FieldReader.maximumNameLength) }
            return names.count == elements.count ? EventFilter(names) : nil
        }
        description = fields.string(
            "description", atMost: Self.maximumDescriptionLength, &faults)
        enabled = fields.boolean("enabled", &faults)
        try faults.check()
    }

    /// The request as a change of an endpoint.
    var change: EndpointChange {
        EndpointChange(url: url, events: events, description: description, enabled: enabled)
    }

    private static let expectedEvents =
        "must be an array of session.*, session.completed, session.failed, session.cancelled or session.unknown, "
        + "each at most once"
}
