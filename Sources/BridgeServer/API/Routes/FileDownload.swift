import BridgeCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Sends a session's signed file, a chunk at a time.
struct FileDownload: Sendable {
    let store: any Store

    /// Answers `GET /v1/sessions/{id}/file`.
    @Sendable func respond(_ call: APICall) async throws -> Response {
        let id: SessionID = try call.identifier()
        guard let session = try await store.session(id, client: call.client) else { throw Problem(.notFound) }
        guard case .document(let record) = session.result else { throw Problem(.noFile).about(id) }
        guard record.fileAvailable, let stored = try await store.file(of: id, client: call.client) else {
            throw Problem(.fileExpired).about(id)
        }
        let headers = Self.headers(stored.file)
        if let wanted = call.request.headers[.ifNoneMatch], EntityTag.matches(wanted, stored.file.sha256) {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: body(stored, of: id, client: call.client))
    }

    private func body(_ stored: StoredFile, of id: SessionID, client: ClientID) -> ResponseBody {
        ResponseBody(contentLength: stored.file.size) { [store] writer in
            for index in 0..<stored.chunks {
                // A chunk that is gone ends the connection: the client sees that the file is cut.
                guard let chunk = try await store.fileChunk(index, of: id, client: client) else {
                    throw Problem(.fileExpired)
                }
                try await writer.write(ByteBuffer(bytes: chunk))
            }
            try await writer.finish(nil)
        }
    }

    private static func headers(_ file: SignedFile) -> HTTPFields {
        var headers: HTTPFields = [
            .contentType: file.mediaType,
            .contentDisposition: ContentDisposition.attachment(named: file.name),
            .eTag: EntityTag.strong(file.sha256),
            .cacheControl: "private, no-cache",
            .xContentTypeOptions: "nosniff",
        ]
        if let digest = Data(hex: file.sha256) {
            headers[.reprDigest] = "sha-256=:\(digest.base64EncodedString()):"
        }
        return headers
    }
}

extension Data {
    fileprivate init?(hex: String) {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        self.init(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
    }
}
