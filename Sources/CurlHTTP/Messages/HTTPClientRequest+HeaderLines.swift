extension HTTPClientRequest {
    /// The header lines in libcurl's notation: `Name: value`, `Name;` for an empty value, `Name:` to leave one out.
    func headerLines() -> [String] {
        var lines: [String] = []
        lines.reserveCapacity(headers.count + 2)
        var hasContentType = false
        for (name, value) in headers {
            // libcurl drops a field whose value is only blanks, unless it is told that the value is empty.
            let isBlank = value.utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            lines.append(isBlank ? name + ";" : name + ": " + value)
            hasContentType = hasContentType || equalNames(name, "content-type")
        }
        if sendsBody {
            // No wait for "100 Continue", and no form type that nobody asked for.
            lines.append("Expect:")
            if !hasContentType { lines.append("Content-Type:") }
        }
        return lines
    }

    /// Whether the request has a body, if only an empty one with its `Content-Length: 0`.
    var sendsBody: Bool {
        !body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH"
    }
}
