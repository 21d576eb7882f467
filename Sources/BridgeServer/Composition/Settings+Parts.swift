import BridgeCore
import BridgeRuntime
import CurlHTTP
import Logging

extension Environment {
    /// The clocks and the random numbers of the system.
    static let system = Environment(
        now: { SystemClock().now() },
        random: {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        })
}

extension HTTPClientConfiguration {
    /// The client for Marksign.
    static func upstream(_ settings: Settings) -> HTTPClientConfiguration {
        var configuration = HTTPClientConfiguration()
        configuration.userAgent = "marksign-bridge/\(BridgeVersion.current)"
        // What the budget lets through must not wait again.
        configuration.transfersPerEngine = max(settings.upstream.maxConcurrent, configuration.transfersPerEngine)
        configuration.maxConnections = settings.upstream.maxConcurrent
        return configuration
    }

    /// The client for receivers.
    static var webhooks: HTTPClientConfiguration {
        var configuration = HTTPClientConfiguration()
        configuration.userAgent = "marksign-bridge/\(BridgeVersion.current)"
        // What an endpoint's slots let through must not wait for another endpoint.
        configuration.transfersPerEngine = DispatchLimits(longestWait: .zero).maximumConcurrent
        // A name server that is silent holds a thread for some seconds: it must not hold the others' names up.
        configuration.resolverThreads = 256
        return configuration
    }
}

extension UpstreamSettings {
    init(_ settings: Settings) {
        // A signed file is a little larger than the sent one, and comes as base64.
        let largestFile = settings.limits.maxFileBytes + (10 << 20)
        self.init(
            baseURL: settings.marksign.baseURL.description, locale: settings.marksign.locale,
            connectTimeout: settings.upstream.connectTimeout, timeout: settings.upstream.timeout,
            startTimeout: settings.upstream.startTimeout, maximumDocumentReply: largestFile / 3 * 4)
    }
}

extension SessionSettings {
    init(_ settings: Settings) {
        var rules = WatchRules()
        rules.firstDelay = settings.poll.firstDelay
        rules.interval = settings.poll.interval
        rules.slowAfter = settings.poll.slowAfter
        rules.slowInterval = settings.poll.slowInterval
        rules.timeout = settings.poll.timeout
        rules.rescue = settings.poll.rescue
        self.init(
            rules: rules, maximumConcurrent: settings.upstream.maxConcurrent,
            publicURL: settings.listeners.publicURL?.description)
        // The rest is for the commit and the answer.
        grace = min(grace, settings.shutdown.timeout * 0.8)
    }
}

extension DeliverySettings {
    init(_ settings: Settings) {
        self.init(
            policy: RetryPolicy(schedule: settings.webhooks.retrySchedule), timeout: settings.webhooks.timeout,
            disableAfter: settings.webhooks.disableAfter,
            rules: WebhookRules(
                allowHTTP: settings.webhooks.allowHTTP,
                addresses: AddressPolicy(allowed: settings.webhooks.allowedNetworks)))
    }
}

extension Logger {
    /// For the parts of others: what they say below a warning is about themselves.
    var quiet: Logger {
        var quiet = self
        quiet.logLevel = max(logLevel, .warning)
        return quiet
    }
}
