extension JSON {
    /// The unescaped text of a string, nil for any other kind.
    public var string: String? {
        stringBytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The unescaped UTF-8 of a string, nil for any other kind. Without escapes it shares the storage of the text.
    public var stringBytes: ArraySlice<UInt8>? {
        guard kind == .string else { return nil }
        let quoted = raw.dropFirst().dropLast()
        guard document.nodes[index].hasEscapes else { return quoted }
        var unescaped: [UInt8] = []
        unescaped.reserveCapacity(quoted.count)
        quoted.withUnsafeBytes { text in
            JSONEscapes.forEachPiece(of: text) { unescaped.append(contentsOf: $0) }
        }
        return unescaped[...]
    }

    /// Gives `body` the unescaped UTF-8 of a string piece by piece, in order, without ever holding it as a whole.
    ///
    /// For strings of many megabytes whose escapes (`\/` in base64) would otherwise cost a second copy.
    ///
    /// - Returns: Whether this is a string.
    @discardableResult
    public func forEachStringPiece(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard kind == .string else { return false }
        raw.dropFirst().dropLast().withUnsafeBytes { JSONEscapes.forEachPiece(of: $0, body) }
        return true
    }
}
