import BridgeCore
import BridgeRuntime
import HTTPTypes
import Synchronization

/// The families that are read off the parts when somebody asks, and the count of requests.
struct BridgeMetrics: Sendable {
    private let registry: MetricsRegistry
    private let requests: Counter
    private let duration: Histogram
    private let store: any Store
    private let readings: StoreReadings

    /// The last answers of the store: the gauges themselves must not wait.
    private final class StoreReadings: Sendable {
        let oldestUndelivered = Mutex<Timestamp?>(nil)
        let endpoints = Mutex(EndpointCounts())
    }

    init(
        _ registry: MetricsRegistry, store: any Store, instances: InstanceService, sessions: SessionService,
        deliveries: DeliveryService, alarms: Alarms, environment: Environment
    ) {
        self.registry = registry
        self.store = store
        let readings = StoreReadings()
        self.readings = readings
        requests = registry.counter(
            "marksign_bridge_http_requests_total", help: "Requests to the API, by method, route and status.",
            labels: ["method", "route", "status"])
        duration = registry.histogram(
            "marksign_bridge_http_request_duration_seconds", help: "How long requests to the API took, by route.",
            buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90],
            labels: ["route"])
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Double) {
            registry.gauge("marksign_bridge_\(name)", help: help) { [(labels: [], value: read())] }
        }
        gauge("instances", "Instances that share the store, as far as this one knows; 0 while it is none.") {
            Double(instances.count)
        }
        gauge("upstream_rate_share", "Requests a second that this instance may send to Marksign.") { instances.share }
        gauge("open_sessions", "Sessions that are watched.") { Double(sessions.statistics.openSessions) }
        gauge("oldest_open_session_age_seconds", "How long ago the oldest open session was accepted; 0 without one.") {
            sessions.oldestOpenSession.map { (environment.now().wall - $0).inSeconds } ?? 0
        }
        gauge("upstream_requests_in_flight", "Requests to Marksign under way.") {
            Double(sessions.statistics.requestsInFlight)
        }
        gauge("upstream_waiting_polls", "Polls that are due and wait for the budget.") {
            Double(sessions.statistics.waitingPolls)
        }
        gauge("upstream_breaker_state", "The breaker: 0 closed, 1 closing, 2 open.") {
            switch sessions.statistics.breaker {
            case .closed: 0
            case .closing: 1
            case .open: 2
            }
        }
        gauge("delivery_attempts_in_flight", "Attempts to deliver under way.") { Double(deliveries.attemptsInFlight) }
        gauge("pending_deliveries", "Deliveries that are due or will be tried again.") {
            Double(deliveries.openDeliveries)
        }
        gauge(
            "oldest_undelivered_event_age_seconds",
            "How long ago the oldest event was made that still waits for a delivery; 0 without one."
        ) {
            readings.oldestUndelivered.withLock { $0 }.map { max(0, (environment.now().wall - $0).inSeconds) } ?? 0
        }
        gauge("failing_endpoints", "Endpoints that are enabled and whose last attempt failed.") {
            Double(readings.endpoints.withLock { $0.failing })
        }
        registry.gauge(
            "marksign_bridge_disabled_endpoints", help: "Endpoints that are disabled, by reason.", labels: ["reason"]
        ) {
            let counts = readings.endpoints.withLock { $0.disabled }
            return DisabledReason.allCases.map { (labels: [$0.rawValue], value: Double(counts[$0] ?? 0)) }
        }
        registry.gauge(
            "marksign_bridge_build_info", help: "1, with the version that runs.", labels: ["version"]
        ) { [(labels: [BridgeVersion.current], value: 1)] }
        for alarm in Alarm.allCases {
            gauge("alarm_\(alarm.rawValue)", alarm.help) { Double(alarms.value(of: alarm)) }
        }
    }

    /// Counts a request.
    var onRequest: @Sendable (HTTPRequest.Method, String?, Int, Duration) -> Void {
        { [requests, duration] method, route, status, took in
            let route = route ?? "none"
            requests.increment([method.knownName, route, String(status)])
            duration.observe(took.inSeconds, [route])
        }
    }

    /// The metrics now.
    var text: @Sendable () async -> [UInt8] {
        { [registry, store, readings] in
            do {
                let (oldest, counts) = (try await store.oldestUndelivered(), try await store.endpointCounts())
                readings.oldestUndelivered.withLock { $0 = oldest }
                readings.endpoints.withLock { $0 = counts }
            } catch {
                // The last answers stand.
            }
            return registry.render()
        }
    }
}

extension HTTPRequest.Method {
    /// The method, as a label of few values.
    fileprivate var knownName: String {
        switch self {
        case .get, .head, .post, .put, .patch, .delete, .options: rawValue
        default: "other"
        }
    }
}

extension Alarm {
    /// The help text of its gauge.
    fileprivate var help: String {
        switch self {
        case .digestMismatch: "Signed files whose digest was not that of their bytes, since the start."
        case .invalidResult: "Results of Marksign that could not be read, since the start."
        case .requestRejected: "Polls that Marksign refused as invalid, since the start."
        case .upstreamUnauthorized: "1 while Marksign refuses the access token."
        case .storeFailing: "1 while the store refuses writes."
        case .unreadableRow: "Rows of the store that could not be read and were passed over, since the start."
        }
    }
}
