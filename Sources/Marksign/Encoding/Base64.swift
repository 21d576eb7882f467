import StrictJSON

/// Strict base64 (RFC 4648 section 4): the standard alphabet, padding, unused bits zero, no line breaks.
public enum Base64 {
    /// The number of bytes that `text` decodes to, nil when it is not strict base64. Nothing is copied.
    public static func decodedCount(of text: some Collection<UInt8>) -> Int? {
        var decoder = Base64Decoder(output: nil)
        feed(text, to: &decoder)
        return decoder.finish()
    }

    /// The decoded bytes, nil when `text` is not strict base64.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        decode(upTo: text.count) { feed(text, to: &$0) }
    }

    /// The decoded content of a JSON string, nil when it is no string or no strict base64.
    ///
    /// Escapes (PHP writes `\/`) are resolved on the way: the result is the only copy.
    static func decode(_ json: JSON) -> [UInt8]? {
        guard json.kind == .string else { return nil }
        return decode(upTo: json.raw.count) { decoder in
            json.forEachStringPiece { decoder.append($0) }
        }
    }

    private static func decode(upTo count: Int, _ feed: (inout Base64Decoder) -> Void) -> [UInt8]? {
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count / 4 * 3 + 3) { buffer, initializedCount in
            var decoder = Base64Decoder(output: buffer.baseAddress)
            feed(&decoder)
            initializedCount = decoder.finish() ?? 0
            isValid = decoder.finish() != nil
        }
        return isValid ? bytes : nil
    }

    private static func feed(_ text: some Collection<UInt8>, to decoder: inout Base64Decoder) {
        let fed: Void? = text.withContiguousStorageIfAvailable { decoder.append(UnsafeRawBufferPointer($0)) }
        if fed == nil { Array(text).withUnsafeBytes { decoder.append($0) } }
    }
}
