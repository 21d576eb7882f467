import BridgeCore
import HTTPTypes
import Logging

/// One line for each request, without query, headers or body.
struct AccessLog: Sendable {
    let logger: Logger

    /// What is known of a request.
    struct Entry {
        let requestID: String
        let method: HTTPRequest.Method
        /// The pattern of its route; `nil` when it has none.
        var route: String?
        var client: ClientID?
    }

    /// Tells how a request was answered: reads that went well only at debug level.
    func answered(_ status: Int, after duration: Duration, _ entry: Entry) {
        let isPlainRead = status < 400 && entry.method == .get
        logger.log(
            level: isPlainRead ? .debug : .info, "Request answered",
            metadata: metadata(entry).merging([
                "status": "\(status)", "duration_ms": "\(duration.wholeMilliseconds)",
            ]) { $1 })
    }

    /// Tells of an error that nobody foresaw.
    func failed(_ error: any Error, _ entry: Entry) {
        // Only its type: what it says may hold what it was about.
        logger.error(
            "Request failed", metadata: metadata(entry).merging(["error.type": "\(type(of: error))"]) { $1 })
    }

    private func metadata(_ entry: Entry) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "request.id": "\(entry.requestID)", "method": "\(entry.method.rawValue)",
            "route": "\(entry.route ?? "none")",
        ]
        if let client = entry.client { metadata["client.id"] = "\(client)" }
        return metadata
    }
}
