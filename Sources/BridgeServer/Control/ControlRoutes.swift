import BridgeCore
import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

/// The routes of the control socket.
struct ControlRoutes: Sendable {
    let administration: any Administrating
    let status: @Sendable () async -> ServiceStatus

    private static let maximumBody = 16_384

    var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("status") { _, _ in Self.answer(.ok, await status().json) }
        router.get("clients") { _, _ in
            await Self.answering { () async throws(AdministrationError) in
                (.ok, ClientList.json(try await administration.list()))
            }
        }
        router.post("clients") { request, _ in
            let body = try await Self.body(of: request)
            return await Self.answering { () async throws(AdministrationError) in
                guard let name = body?["name"]?.string else { throw .invalid("the name is missing") }
                return (.created, try await administration.add(name: name).json)
            }
        }
        router.post("clients/{id}/rotate-key") { request, context in
            let body = try await Self.body(of: request)
            let id = context.parameters.get("id")
            return await Self.answering { () async throws(AdministrationError) in
                guard let overlap = body?["overlap"]?.string.flatMap({ Duration(settingText: $0) }) else {
                    throw .invalid("the overlap is missing, or not a duration")
                }
                return (.ok, try await administration.rotateKey(of: try Self.clientID(id), overlap: overlap).json)
            }
        }
        router.delete("clients/{id}") { _, context in
            let id = context.parameters.get("id")
            return await Self.answering { () async throws(AdministrationError) in
                try await administration.remove(try Self.clientID(id))
                return (.noContent, [])
            }
        }
        router.post("reseal") { _, _ in
            await Self.answering { () async throws(AdministrationError) in
                let count = try await administration.reseal()
                var writer = JSONWriter()
                writer.object { $0.member("resealed", count) }
                return (.ok, writer.bytes)
            }
        }
        return router
    }

    private static func clientID(_ text: String?) throws(AdministrationError) -> ClientID {
        guard let id = text.flatMap({ ClientID($0) }) else { throw .invalid("this is not the id of a client") }
        return id
    }

    private static func body(of request: Request) async throws -> JSON? {
        let buffer = try await request.body.collect(upTo: maximumBody)
        return try? JSON.parse(Array(buffer.readableBytesView))
    }

    private static func answering(
        _ body: () async throws(AdministrationError) -> (HTTPResponse.Status, [UInt8])
    ) async -> Response {
        do throws(AdministrationError) {
            let (status, json) = try await body()
            return answer(status, json)
        } catch {
            return answer(error.status, error.json)
        }
    }

    private static func answer(_ status: HTTPResponse.Status, _ json: [UInt8]) -> Response {
        guard !json.isEmpty else { return Response(status: status) }
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }
}
