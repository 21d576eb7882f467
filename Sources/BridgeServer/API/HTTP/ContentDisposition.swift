/// The `Content-Disposition` of a download (RFC 6266).
enum ContentDisposition {
    /// Names the file twice: in ASCII for old clients, and in full (RFC 8187).
    static func attachment(named name: String) -> String {
        let fallback = String(
            String.UnicodeScalarView(name.unicodeScalars.map { isPlain($0) ? $0 : "_" }))
        return "attachment; filename=\"\(fallback)\"; filename*=UTF-8''\(encoded(name))"
    }

    /// What may stand between quotes without an escape, and means nothing to a file system.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        (0x20...0x7E).contains(scalar.value) && !#""\/%;"#.unicodeScalars.contains(scalar)
    }

    private static func encoded(_ name: String) -> String {
        let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+-.^_`|~".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = name.utf8.flatMap { byte -> [UInt8] in
            if unreserved.contains(byte) { return [byte] }
            return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
