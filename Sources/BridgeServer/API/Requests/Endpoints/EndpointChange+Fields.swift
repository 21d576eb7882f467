import BridgeCore
import BridgeRuntime
import StrictJSON

extension EndpointChange {
    private static let maximumDescriptionLength = 200

    /// Reads what `POST /v1/endpoints` and `PATCH /v1/endpoints/{id}` ask for: a new endpoint is a change of one that
    /// has nothing yet.
    ///
    /// - Parameters:
    ///   - isNew: Whether the endpoint is being registered: it needs a URL, and cannot be disabled.
    ///   - time: What certificates must be valid at.
    ///   - addressFault: Says what is wrong with a URL, if anything.
    /// - Throws: ``Problem`` with every fault that was found.
    init(_ json: JSON, isNew: Bool, at time: Timestamp, addressFault: (String) -> String?) throws(Problem) {
        self.init()
        var faults = FieldFaults()
        let known = [
            "url", "events", "description", "ordered", "timeout", "retry_schedule", "rate_limit", "signature",
            "headers", "tls",
        ]
        guard let fields = FieldReader(json, known: known + (isNew ? [] : ["enabled"]), &faults) else {
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
            "description", atMost: Self.maximumDescriptionLength,
            "must be a string of at most \(Self.maximumDescriptionLength) characters without U+0000", &faults,
            // A database ends a text there.
            where: { !$0.utf8.contains(0) })
        enabled = fields.boolean("enabled", &faults)
        ordered = fields.boolean("ordered", &faults)
        timeout = fields.nullable("timeout", &faults) { fields.duration($0, in: EndpointOptions.timeouts, &$1) }
        retrySchedule = fields.nullable("retry_schedule", &faults) { fields.retrySchedule($0, &$1) }
        rateLimit = fields.nullable("rate_limit", &faults) { name, faults in
            let limits = EndpointOptions.rateLimits
            let expected = "must be a whole number from \(limits.lowerBound) to \(limits.upperBound), or null"
            return fields.read(name, expected, &faults) { json in
                json.integer.flatMap { Int(exactly: $0) }.flatMap { limits.contains($0) ? $0 : nil }
            }
        }
        signature = fields.choice("signature", from: SignatureScheme.allCases, &faults)
        headers = fields.webhookHeaders("headers", &faults)
        tls = fields.nullable("tls", &faults) { fields.tls($0, at: time, &$1) }
        try faults.check()
    }

    private static let expectedEvents =
        "must be an array of session.*, session.completed, session.failed, session.cancelled or session.unknown, "
        + "each at most once"
}

extension FieldReader {
    /// The delays after attempts 1, 2, …
    fileprivate func retrySchedule(_ name: String, _ faults: inout FieldFaults) -> [Duration]? {
        let limit = EndpointOptions.maximumRetries
        let elements = read(name, "must be an array of at most \(limit) durations, or null", &faults) { json in
            json.elements.flatMap { $0.count <= limit ? $0 : nil }
        }
        guard let elements else { return nil }
        let form = ValueForm.duration(EndpointOptions.retryDelays)
        return elements.enumerated().compactMap { index, json in
            let delay = form.wholeMilliseconds(json)
            if delay == nil { faults.add(Self.pointer(path(name), "\(index)"), "must be \(form.expected)") }
            return delay
        }
    }

    fileprivate func duration(
        _ name: String, in bounds: ClosedRange<Duration>, _ faults: inout FieldFaults
    ) -> Duration? {
        let form = ValueForm.duration(bounds)
        return read(name, "must be \(form.expected), or null", &faults, form.wholeMilliseconds)
    }
}
