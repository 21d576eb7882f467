/// The countries whose personal codes are known, and the form of each.
enum Country: String, CaseIterable {
    case lithuania = "LT"
    case latvia = "LV"
    case estonia = "EE"

    /// Eleven digits; in Latvia with a hyphen after the sixth. As Smart-ID does, this looks at the form only.
    func accepts(_ personalCode: String) -> Bool {
        var digits = Array(personalCode.utf8)
        if self == .latvia {
            guard digits.count == 12, digits.remove(at: 6) == UInt8(ascii: "-") else { return false }
        }
        return digits.count == 11 && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
