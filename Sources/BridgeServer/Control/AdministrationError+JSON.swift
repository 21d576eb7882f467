import BridgeCore
import HTTPTypes
import StrictJSON

extension AdministrationError {
    /// The HTTP status that stands for it on the control socket.
    var status: HTTPResponse.Status {
        switch self {
        case .noSuchClient: .notFound
        case .invalid: .unprocessableContent
        case .unavailable: .serviceUnavailable
        }
    }

    /// `{"error":"…"}`
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { $0.member("error", description) }
        return writer.bytes
    }

    /// What an answer of the control socket means that is not of the 2xx.
    init(status: Int, body: JSON?, client: ClientID?) {
        let reason = body?["error"]?.string
        switch (status, client) {
        case (404, let client?): self = .noSuchClient(client)
        case (422, _): self = .invalid(reason ?? "the running service refused it")
        default: self = .unavailable(reason ?? "the running service answered \(status)")
        }
    }
}
