/// The growing exposition text.
struct MetricsText {
    private(set) var bytes: [UInt8] = []

    mutating func header(_ header: MetricHeader) {
        append("# HELP \(header.name) ")
        append(escaping: header.help, quotes: false)
        append("\n# TYPE \(header.name) \(header.type)\n")
    }

    /// One sample. `bound` is the upper bound of a histogram's bucket.
    mutating func sample(
        _ header: MetricHeader, suffix: String = "", labels: [String], bound: Double? = nil, value: String
    ) {
        append(header.name)
        append(suffix)
        if !labels.isEmpty || bound != nil {
            append("{")
            for (index, (name, value)) in zip(header.labels, labels).enumerated() {
                append(index == 0 ? "\(name)=\"" : ",\(name)=\"")
                append(escaping: value, quotes: true)
                append("\"")
            }
            if let bound { append("\(labels.isEmpty ? "" : ",")le=\"\(Self.number(bound))\"") }
            append("}")
        }
        append(" \(value)\n")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(escaping text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append(#"\\"#)
            case UInt8(ascii: "\n"): append(#"\n"#)
            case UInt8(ascii: "\"") where quotes: append(#"\""#)
            default: bytes.append(byte)
            }
        }
    }
}
