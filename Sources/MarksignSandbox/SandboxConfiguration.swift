/// How a sandbox behaves.
public struct SandboxConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 takes any that is free.
    public var port: Int
    /// How long a signer takes to sign or to refuse.
    public var signingTime: Duration
    /// How long a session waits for a signer who does nothing.
    public var sessionTimeout: Duration
    /// How long every answer takes.
    public var latency: Duration
    /// The share of answers that are faulty, from 0 to 1.
    public var faultRate: Double
    /// What the faults are drawn from: the same seed, the same faults in the same order.
    public var seed: UInt64
    /// The only access token that is accepted; nil accepts any that is not empty.
    public var accessToken: String?
    /// How long a request's body may be, in bytes.
    var bodyLimit = 128 << 20

    /// A sandbox on `127.0.0.1`, on any free port and without faults, unless told otherwise.
    public init(
        host: String = "127.0.0.1",
        port: Int = 0,
        signingTime: Duration = .seconds(5),
        sessionTimeout: Duration = .seconds(90),
        latency: Duration = .zero,
        faultRate: Double = 0,
        seed: UInt64 = 1,
        accessToken: String? = nil
    ) {
        self.host = host
        self.port = port
        self.signingTime = signingTime
        self.sessionTimeout = sessionTimeout
        self.latency = latency
        self.faultRate = faultRate
        self.seed = seed
        self.accessToken = accessToken
    }
}
