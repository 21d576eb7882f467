import BridgeCore
import CurlHTTP
import StrictJSON

/// Talks to the service that runs on this machine, through its control socket.
public struct ControlClient: Administrating {
    private let path: ControlSocketPath
    private let http: HTTPClient

    /// A client of the control socket at `path`.
    public init(path: ControlSocketPath, http: HTTPClient) {
        self.path = path
        self.http = http
    }

    /// What the running service says of itself.
    public func status() async throws(AdministrationError) -> ServiceStatus {
        try await ask("GET", "/status", read: ServiceStatus.init)
    }

    /// Adds a client with a first key.
    public func add(name: String) async throws(AdministrationError) -> NewClient {
        try await ask("POST", "/clients", ["name": name], read: NewClient.init)
    }

    /// All clients, removed ones too, oldest first.
    public func list() async throws(AdministrationError) -> [Client] {
        try await ask("GET", "/clients", read: ClientList.read)
    }

    /// Gives a client a second key; the others stop when `overlap` is over.
    public func rotateKey(of id: ClientID, overlap: Duration) async throws(AdministrationError) -> RotatedKey {
        try await ask(
            "POST", "/clients/\(id)/rotate-key", ["overlap": overlap.settingText], client: id, read: RotatedKey.init)
    }

    /// Stops all keys of a client.
    public func remove(_ id: ClientID) async throws(AdministrationError) {
        _ = try await send("DELETE", "/clients/\(id)", nil, client: id)
    }

    /// Seals with the first key what is sealed with another. A large store takes minutes.
    public func reseal() async throws(AdministrationError) -> Int {
        try await ask("POST", "/reseal", timeout: .seconds(24 * 3600)) { $0["resealed"]?.integer.map(Int.init) }
    }

    private func ask<Answer>(
        _ method: String, _ route: String, _ members: KeyValuePairs<String, String>? = nil, client: ClientID? = nil,
        timeout: Duration = .seconds(15), read: (JSON) -> Answer?
    ) async throws(AdministrationError) -> Answer {
        guard let answer = try await send(method, route, members, client: client, timeout: timeout).flatMap(read) else {
            throw .unavailable("the running service gave an answer that cannot be read: is it of another version?")
        }
        return answer
    }

    private func send(
        _ method: String, _ route: String, _ members: KeyValuePairs<String, String>?, client: ClientID?,
        timeout: Duration = .seconds(15)
    ) async throws(AdministrationError) -> JSON? {
        var request = HTTPClientRequest(
            method: method, url: "http://localhost\(route)", timeout: timeout,
            bodyPolicy: .whole(maxBytes: 64 << 20), freshConnection: true, unixSocketPath: path.text)
        if let members {
            var writer = JSONWriter()
            writer.object { body in
                for (name, value) in members { body.member(name, value) }
            }
            request.body = writer.bytes
            request.headers = [("Content-Type", "application/json")]
        }
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await http.execute(request)
        } catch {
            throw .unavailable("the running service cannot be reached at \(path.text): \(error)")
        }
        let body = try? JSON.parse(response.body)
        guard (200...299).contains(response.status) else {
            throw AdministrationError(status: response.status, body: body, client: client)
        }
        return body
    }
}
