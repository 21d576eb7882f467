/// How a delivery and its endpoint stand before an attempt of it is recorded.
public struct DeliveryStanding: Sendable, Equatable {
    /// The delivery's status.
    public let status: DeliveryStatus
    /// Grows with each record and each decision about the delivery.
    public let fence: Int
    /// When it is to be tried.
    public let nextAttemptAt: Timestamp?
    /// Whether the endpoint is there, and takes deliveries.
    public let isEnabled: Bool
    /// The endpoint's epoch.
    public let epoch: Int
    /// How the endpoint's attempts went.
    public let record: EndpointRecord

    /// How they stand.
    public init(
        status: DeliveryStatus, fence: Int, nextAttemptAt: Timestamp?, isEnabled: Bool, epoch: Int,
        record: EndpointRecord
    ) {
        self.status = status
        self.fence = fence
        self.nextAttemptAt = nextAttemptAt
        self.isEnabled = isEnabled
        self.epoch = epoch
        self.record = record
    }

    /// When the delivery is to be tried again. One of an endpoint that takes none may be pending until it is brought in
    /// line.
    public var retryAt: Timestamp? { isEnabled ? nextAttemptAt : nil }
}
