import StrictJSON

/// An answer as it came over the wire.
struct RawResponse {
    let status: Int
    /// Names in lower case, in their order.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// The value of a header.
    subscript(header: String) -> String? {
        headers.first { $0.name == header }?.value
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    var json: JSON? { try? JSON.parse(body) }

    /// The `code` of a problem.
    var code: String? { json?["code"]?.string }

    /// The pointers of a problem's field errors.
    var pointers: [String] {
        (json?["errors"]?.elements ?? []).compactMap { $0["pointer"]?.string }
    }

    /// Reads the first answer in `bytes`, and removes it; `nil` while it is not whole.
    init?(takenFrom bytes: inout [UInt8], hasBody: Bool = true) {
        let separator = Array("\r\n\r\n".utf8)
        guard let headEnd = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            return nil
        }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].trimmingPrefix(" ")) : "")
        }
        let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        let bodyStart = headEnd + separator.count
        let bodyLength = hasBody && status >= 200 && status != 204 && status != 304 ? length : 0
        guard bytes.count >= bodyStart + bodyLength else { return nil }
        self.status = status
        self.headers = headers
        body = Array(bytes[bodyStart..<bodyStart + bodyLength])
        bytes.removeFirst(bodyStart + bodyLength)
    }
}
