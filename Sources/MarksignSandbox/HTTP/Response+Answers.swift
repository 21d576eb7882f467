import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    static func of(_ text: String, status: HTTPResponse.Status = .ok, type: String) -> Response {
        of(Array(text.utf8), status: status, type: type)
    }

    static func of(_ answer: Answer) -> Response {
        of(answer.body, status: HTTPResponse.Status(code: answer.httpStatus), type: "application/json")
    }

    private static func of(_ body: [UInt8], status: HTTPResponse.Status, type: String) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The first half of an answer that announces its full length.
    static func cut(_ answer: Answer) -> Response {
        struct Cut: Error {}
        return Response(
            status: HTTPResponse.Status(code: answer.httpStatus), headers: [.contentType: "application/json"],
            body: ResponseBody(contentLength: answer.body.count) { writer in
                try await writer.write(ByteBuffer(bytes: answer.body.prefix(answer.body.count / 2)))
                // An error here makes the server close the connection.
                throw Cut()
            })
    }
}
