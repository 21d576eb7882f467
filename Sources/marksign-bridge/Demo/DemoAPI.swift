import CurlHTTP
import Foundation
import MarksignSandbox
import StrictJSON

/// The few calls that an application makes.
struct DemoAPI {
    let port: Int
    let key: String
    let http: HTTPClient

    func post(_ path: String, _ members: [String: String]) async throws -> JSON {
        var writer = JSONWriter()
        writer.object { object in
            for (key, value) in members.sorted(by: { $0.key < $1.key }) { object.member(key, value) }
        }
        return try JSON.parse(try await send("POST", path, writer.bytes))
    }

    /// Starts a session; its id.
    func start(_ body: [UInt8]) async throws -> String {
        let session = try JSON.parse(try await send("POST", "/v1/sessions", body))
        guard let id = session["id"]?.string, let code = session["control_code"]?.string else {
            throw DemoFailure("the session came without id or control code")
        }
        Console.write("   POST /v1/sessions → \(id), control code \(code)")
        return id
    }

    func file(_ path: String) async throws -> [UInt8] {
        try await send("GET", path, [])
    }

    private func send(_ method: String, _ path: String, _ body: [UInt8]) async throws -> [UInt8] {
        var headers = [(name: "Authorization", value: "Bearer \(key)")]
        if !body.isEmpty { headers.append(("Content-Type", "application/json")) }
        let response = try await http.execute(
            HTTPClientRequest(
                method: method, url: "http://127.0.0.1:\(port)\(path)", headers: headers, body: body,
                timeout: .seconds(30)))
        guard (200..<300).contains(response.status) else {
            throw DemoFailure(
                "\(method) \(path) → \(response.status): \(String(decoding: response.body, as: UTF8.self))")
        }
        return response.body
    }
}

/// What the demo asks for.
enum DemoRequests {
    /// A PDF, signed by the sandbox's signer who signs.
    static var document: [UInt8] {
        request(kind: "document", message: "Sign the demo contract") { request in
            request.object("document") { document in
                document.member("type", "pdf")
                document.array("files") { files in
                    files.object { file in
                        file.member("name", "contract.pdf")
                        file.member("content", Data(SampleContract.pdf).base64EncodedString())
                    }
                }
                document.member("signature_position", "right_bottom")
            }
        }
    }

    /// A hash, signed likewise.
    static var hash: [UInt8] {
        request(kind: "hash", message: "Sign the demo hash") { request in
            request.member("hash", "5fef901dc387c585fb470ec7887e204a23d8e16434ec94940019951bd02ffe44")
            request.member("hash_algorithm", "SHA256")
        }
    }

    private static func request(
        kind: String, message: String, _ what: (inout JSONObjectWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { request in
            request.member("kind", kind)
            request.member("method", "smart-id")
            request.object("signer") { signer in
                signer.member("country", "LT")
                signer.member("personal_code", "30303039914")
            }
            request.member("message", message)
            what(&request)
            request.object("metadata") { $0.member("contract_id", "42") }
        }
        return writer.bytes
    }
}
