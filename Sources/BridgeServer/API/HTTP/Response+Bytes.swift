import BridgeCore
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer with a body that is made already.
    static func bytes(_ body: [UInt8], status: HTTPResponse.Status = .ok, contentType: String) -> Response {
        Response(
            status: status, headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// An answer of JSON.
    static func json(_ body: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        bytes(body, status: status, contentType: "application/json")
    }

    /// An answer that is kept under an idempotency key, or could be.
    static func kept(_ answer: KeptAnswer, replayed: Bool = false) -> Response {
        var response = Response.bytes(
            answer.body, status: .init(code: answer.status),
            contentType: answer.status < 400 ? "application/json" : "application/problem+json")
        response.headers[.location] = answer.location
        if replayed { response.headers[.idempotentReplayed] = "true" }
        return response
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")!
    static let reprDigest = HTTPField.Name("Repr-Digest")!
}
