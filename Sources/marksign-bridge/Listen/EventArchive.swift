import BridgeCore
import CurlHTTP
import Foundation
import StrictJSON

/// The events that a running bridge keeps, as one of its clients sees them.
struct EventArchive {
    /// The bridge's URL, without a slash at its end.
    let bridge: String
    let apiKey: String
    let http: HTTPClient

    private static let pageSize = 100
    private static let maximumPage = 64 << 20

    /// All events since that time, the oldest first.
    func events(since time: Timestamp) async throws(ListenFailure) -> [StoredEvent] {
        var newestFirst: [StoredEvent] = []
        var cursor: String?
        repeat {
            var path = "/v1/events?since=\(time)&limit=\(Self.pageSize)"
            if let cursor { path += "&cursor=\(cursor.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!)" }
            let page = try await get(path)
            guard let elements = page["data"]?.elements, let next = page["next_cursor"],
                next.isNull || next.string != nil
            else { throw Self.strange(bridge) }
            for element in elements {
                guard let event = StoredEvent(element) else { throw Self.strange(bridge) }
                newestFirst.append(event)
            }
            cursor = next.string
        } while cursor != nil
        return newestFirst.reversed()
    }

    private func get(_ path: String) async throws(ListenFailure) -> JSON {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await http.execute(
                HTTPClientRequest(
                    url: bridge + path, headers: [("Authorization", "Bearer \(apiKey)")], timeout: .seconds(30),
                    bodyPolicy: .whole(maxBytes: Self.maximumPage)))
        } catch {
            throw ListenFailure("the bridge at \(bridge) cannot be reached: \(error)")
        }
        let json = try? JSON.parse(response.body)
        switch response.status {
        case 200:
            guard let json else { throw Self.strange(bridge) }
            return json
        case 401:
            throw ListenFailure("the bridge at \(bridge) does not know this API key (401)")
        default:
            let detail = json?["detail"]?.string ?? json?["title"]?.string ?? ""
            throw ListenFailure(
                "the bridge at \(bridge) answered \(response.status) \(detail)".firstLineForTerminal)
        }
    }

    private static func strange(_ bridge: String) -> ListenFailure {
        ListenFailure("what answers at \(bridge) is no Marksign Bridge: its list of events is not one")
    }
}
