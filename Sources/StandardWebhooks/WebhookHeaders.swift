/// The three header fields of a webhook.
public struct WebhookHeaders: Hashable, Sendable {
    /// The field of the event's identifier.
    public static let idName = "webhook-id"
    /// The field of the attempt's time.
    public static let timestampName = "webhook-timestamp"
    /// The field of the signatures.
    public static let signatureName = "webhook-signature"

    /// The event's identifier, the same on every attempt.
    public var id: String
    /// The attempt's time in whole seconds since 1970-01-01 UTC, as it stands in the field.
    public var timestamp: String
    /// The signatures, separated by one space.
    public var signature: String

    /// The fields of a webhook.
    public init(id: String, timestamp: String, signature: String) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
    }

    /// Takes the fields out of a request.
    ///
    /// - Parameter field: The value of a field by its lower-case name, nil when the request has none.
    /// - Throws: ``WebhookVerificationError/missingHeader(_:)`` when one is missing or empty.
    public init(_ field: (String) -> String?) throws(WebhookVerificationError) {
        func required(_ name: String) throws(WebhookVerificationError) -> String {
            guard let value = field(name), !value.isEmpty else { throw .missingHeader(name) }
            return value
        }
        id = try required(Self.idName)
        timestamp = try required(Self.timestampName)
        signature = try required(Self.signatureName)
    }
}
