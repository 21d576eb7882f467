/// A national personal code of the right form. Its description is redacted, so that it cannot slip into a log.
public struct PersonalCode: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The country that gave it.
    public let country: Country
    /// The code itself.
    public let rawValue: String

    /// The code, or nil when it does not have the form of the country.
    ///
    /// - Lithuania, Estonia: 11 digits, a birth date that exists and the right checksum. Lithuanian codes that begin
    ///   with 9 have neither date nor checksum; in others an unknown month or day is `00`.
    /// - Latvia: `DDMMYY-NNNNN` with a birth date that exists, or `32NNNN-NNNNN` without one.
    public init?(_ rawValue: String, country: Country) {
        let bytes = Array(rawValue.utf8)
        let isValid =
            switch country {
            case .lithuania: Self.isLithuanian(bytes)
            case .latvia: Self.isLatvian(bytes)
            case .estonia: Self.isEstonian(bytes)
            }
        guard isValid else { return nil }
        self.country = country
        self.rawValue = rawValue
    }

    /// Never the code.
    public var description: String { "<redacted>" }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func isLithuanian(_ bytes: [UInt8]) -> Bool {
        guard let digits = digits(bytes, count: 11) else { return false }
        if digits[0] == 9 { return true }
        guard hasChecksum(digits), let year = birthYear(digits) else { return false }
        let (month, day) = (digits[3] * 10 + digits[4], digits[5] * 10 + digits[6])
        return CalendarDate.exists(year: year, month: max(month, 1), day: max(day, 1))
    }

    private static func isEstonian(_ bytes: [UInt8]) -> Bool {
        guard let digits = digits(bytes, count: 11), hasChecksum(digits), let year = birthYear(digits)
        else { return false }
        return CalendarDate.exists(
            year: year, month: digits[3] * 10 + digits[4], day: digits[5] * 10 + digits[6])
    }

    private static func isLatvian(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == 12, bytes[6] == UInt8(ascii: "-"),
            let digits = digits(Array(bytes[..<6] + bytes[7...]), count: 11)
        else { return false }
        let day = digits[0] * 10 + digits[1]
        if day == 32 { return true }
        // The seventh digit is the century: 0 for 18xx, 1 for 19xx, 2 for 20xx.
        guard digits[6] <= 2 else { return false }
        let year = 1800 + digits[6] * 100 + digits[4] * 10 + digits[5]
        return CalendarDate.exists(year: year, month: digits[2] * 10 + digits[3], day: day)
    }

    private static func digits(_ bytes: [UInt8], count: Int) -> [Int]? {
        let isDigits = bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard bytes.count == count, isDigits else { return nil }
        return bytes.map { Int($0 - UInt8(ascii: "0")) }
    }

    /// The first digit is century and sex: 1 and 2 for 18xx, up to 7 and 8 for 21xx.
    private static func birthYear(_ digits: [Int]) -> Int? {
        guard (1...8).contains(digits[0]) else { return nil }
        return 1800 + (digits[0] - 1) / 2 * 100 + digits[1] * 10 + digits[2]
    }

    /// The last digit is the weighted sum of the others modulo 11; 10 calls for a second set of weights, then for 0.
    private static func hasChecksum(_ digits: [Int]) -> Bool {
        func remainder(_ weights: [Int]) -> Int {
            zip(weights, digits).map(*).reduce(0, +) % 11
        }
        let first = remainder([1, 2, 3, 4, 5, 6, 7, 8, 9, 1])
        guard first == 10 else { return digits[10] == first }
        return digits[10] == remainder([3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 10
    }
}
