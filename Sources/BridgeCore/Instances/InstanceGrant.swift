/// What an instance asks of the store when it joins, and again and again while it is there.
public struct LeaseRequest: Sendable, Equatable {
    /// Who asks.
    public let id: InstanceID
    /// Grows with every request of the instance: one that arrives late changes nothing.
    public let number: Int
    /// The requests a second that it sends at most, or will before the answer is there.
    public let holding: Double
    /// The requests a second that all instances may send together.
    public let maxRate: Double

    /// A request.
    public init(id: InstanceID, number: Int, holding: Double, maxRate: Double) {
        self.id = id
        self.number = number
        self.holding = holding
        self.maxRate = maxRate
    }
}

/// What an instance has until its lease is over.
public struct InstanceGrant: Sendable, Equatable {
    /// How long the lease is, from when it was asked for; `nil`: as long as the process has the store for itself.
    public let lease: Duration?
    /// The requests a second that it may send to Marksign.
    public let share: Double
    /// What its share will be when the others have given theirs up.
    public let target: Double
    /// How many instances there are, itself counted.
    public let instances: Int

    /// What is granted.
    public init(lease: Duration?, share: Double, target: Double, instances: Int) {
        self.lease = lease
        self.share = share
        self.target = target
        self.instances = instances
    }

    /// How long a lease is where instances share a store. The time of the store's server counts.
    public static let leaseDuration: Duration = .seconds(30)
}
