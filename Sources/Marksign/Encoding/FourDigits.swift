/// Control codes: four digits with their leading zeros.
enum FourDigits {
    /// - Parameter number: 0 to 9 999.
    static func text(_ number: Int) -> String {
        String(String(number + 10_000).dropFirst())
    }
}
