extension ValueForm where Value == Duration {
    /// A length of time with its unit, to the nanosecond: `500ms`, `2.5s`, `5m`, `2h`, `7d`.
    static func duration(_ bounds: ClosedRange<Duration>) -> Self {
        ValueForm("a duration from \(bounds.lowerBound.settingText) to \(bounds.upperBound.settingText)") { text in
            Duration(settingText: text).flatMap { bounds.contains($0) ? $0 : nil }
        }
    }
}

extension ValueForm where Value == Int {
    /// A number of bytes, with a binary unit or none: `16KiB`, `50MiB`, `1024`.
    static func size(_ bounds: ClosedRange<Int>) -> Self {
        ValueForm("a size from \(bounds.lowerBound.sizeText) to \(bounds.upperBound.sizeText)") { text in
            guard let quantity = Quantity(text), let unit = SizeUnit(rawValue: quantity.unit),
                let bytes = quantity.inWholes(of: unit.bytes), let value = Int(exactly: bytes), bounds.contains(value)
            else { return nil }
            return value
        }
    }
}

/// The units of a duration.
enum DurationUnit: String, CaseIterable {
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "m"
    case hours = "h"
    case days = "d"

    var nanoseconds: Int64 {
        switch self {
        case .milliseconds: 1_000_000
        case .seconds: 1_000_000_000
        case .minutes: 60_000_000_000
        case .hours: 3_600_000_000_000
        case .days: 86_400_000_000_000
        }
    }
}

/// The units of a size.
private enum SizeUnit: String {
    case none = ""
    case bytes = "B"
    case kibibytes = "KiB"
    case mebibytes = "MiB"
    case gibibytes = "GiB"

    var bytes: Int64 {
        switch self {
        case .none, .bytes: 1
        case .kibibytes: 1 << 10
        case .mebibytes: 1 << 20
        case .gibibytes: 1 << 30
        }
    }
}

/// A decimal number and its unit, not yet multiplied: `2.5s` is 25 tenths of `s`.
private struct Quantity {
    private let digits: Int64
    private let scale: Int64
    let unit: String

    /// Reads digits, an optional fraction of at most 9 digits, and the unit.
    init?(_ text: String) {
        let number = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= 9, let digits = Int64(parts[0] + fraction) else { return nil }
        self.digits = digits
        scale = (0..<fraction.count).reduce(1) { power, _ in power * 10 }
        unit = String(text.dropFirst(number.count))
    }

    /// The quantity in parts of which its unit has `size`; `nil` when it is no whole number of them, or too large.
    func inWholes(of size: Int64) -> Int64? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: size)
        guard !overflow, product % scale == 0 else { return nil }
        return product / scale
    }
}

extension Duration {
    /// Reads a duration as a setting has it: `500ms`, `2.5s`, `5m`, `2h`, `7d`; at most 9 digits of a fraction.
    public init?(settingText text: String) {
        guard let quantity = Quantity(text), let unit = DurationUnit(rawValue: quantity.unit),
            let nanoseconds = quantity.inWholes(of: unit.nanoseconds)
        else { return nil }
        self = .nanoseconds(nanoseconds)
    }

    /// The duration as a setting has it, to the millisecond, in the largest unit that leaves a whole number: `2500ms`.
    public var settingText: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let unit = DurationUnit.allCases.last { (milliseconds * 1_000_000) % $0.nanoseconds == 0 } ?? .milliseconds
        guard milliseconds != 0 else { return "0s" }
        return "\(milliseconds * 1_000_000 / unit.nanoseconds)\(unit.rawValue)"
    }
}

extension Int {
    fileprivate var sizeText: String {
        let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        guard self > 0, let (size, name) = units.first(where: { self % $0.0 == 0 }) else { return "\(self)" }
        return "\(self / size)\(name)"
    }
}
