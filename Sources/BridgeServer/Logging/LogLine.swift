import BridgeCore
import Logging
import StrictJSON

/// One line of the log, in both forms.
struct LogLine {
    let time: Timestamp
    let level: Logger.Level
    let logger: String
    let message: String
    /// Sorted by key.
    let metadata: [(key: String, value: String)]

    private static let ownMembers: Set<String> = ["time", "level", "logger", "message"]

    /// `{"time":"2026-11-21T10:00:12.345Z","level":"info","logger":"…","message":"…","key":"value"}` and a line end.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { line in
            line.member("time", time.description)
            line.member("level", level.rawValue)
            line.member("logger", logger)
            line.member("message", message)
            var previous: String?
            // Flattening may give two values one name: the first is kept.
            for (key, value) in metadata where key != previous {
                previous = key
                line.member(Self.ownMembers.contains(key) ? "metadata.\(key)" : key, value)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// `2026-11-21T10:00:12.345Z INFO    message  key=value` and a line end.
    var text: [UInt8] {
        let level = level.rawValue.uppercased()
        var line = "\(time) \(level)\(String(repeating: " ", count: 8 - level.count)) \(message.onOneLine)"
        if !metadata.isEmpty { line += " " }
        for (key, value) in metadata { line += " \(key.onOneLine)=\(value.asValue)" }
        return Array(line.utf8) + [UInt8(ascii: "\n")]
    }
}

extension String {
    /// The text with every character escaped that would end the line or steer a terminal.
    fileprivate var onOneLine: String {
        guard unicodeScalars.contains(where: { !$0.isVisible }) else { return self }
        return unicodeScalars.map { $0.isVisible ? String($0) : $0.escapedByNumber }.joined()
    }

    /// The text, in quotes when it would not read as one value without them.
    fileprivate var asValue: String {
        let needsQuotes = isEmpty || unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" || $0 == "\\" }
        guard needsQuotes else { return onOneLine }
        // Scalar by scalar: a quote with an accent is a character of its own.
        let escaped = unicodeScalars.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }
        return "\"\(escaped.joined().onOneLine)\""
    }
}

extension Unicode.Scalar {
    fileprivate var escapedByNumber: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16))}"
        }
    }
}
