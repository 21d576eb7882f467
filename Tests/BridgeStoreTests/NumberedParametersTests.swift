import Testing

@testable import BridgeStore

@Suite struct NumberedParametersTests {
    @Test(arguments: [
        ("SELECT 1", "SELECT 1"),
        ("", ""),
        ("?", "$1"),
        ("a = ? AND b IN (?, ?)", "a = $1 AND b IN ($2, $3)"),
        ("a = ?2 AND b = ?1 OR c = ?2", "a = $2 AND b = $1 OR c = $2"),
        ("a = ?10", "a = $10"),
        ("a = ??", "a = $1$2"),
        ("a = '?' AND b = ?", "a = '?' AND b = $1"),
        ("a = 'it''s ?' AND b = ?", "a = 'it''s ?' AND b = $1"),
        ("a = '' AND b = ?", "a = '' AND b = $1"),
        (#""a?" = ? AND "b""?" = ?"#, #""a?" = $1 AND "b""?" = $2"#),
        ("a -- what?\n= ?", "a -- what?\n= $1"),
        ("a = ? -- ?", "a = $1 -- ?"),
        ("a /* ? */ = ?", "a /* ? */ = $1"),
        ("a /* ? /* ? */ ? */ = ?", "a /* ? /* ? */ ? */ = $1"),
        ("a /* '? */ = ? /*/ ? */", "a /* '? */ = $1 /*/ ? */"),
        ("a - ? / ? * ?", "a - $1 / $2 * $3"),
        ("a = 'ė?' || ?", "a = 'ė?' || $1"),
        ("a = '?", "a = '?"),
        ("a /* ?", "a /* ?"),
        ("a = ?1 -- ?", "a = $1 -- ?"),
    ]) func parametersGetNumbers(_ sql: String, _ expected: String) throws {
        #expect(try NumberedParameters.numbered(sql) == expected)
    }

    @Test(arguments: ["a = ? AND b = ?1", "a = ?1 AND b = ?", "a = ?2 OR b = ? OR c = '?'"])
    func aMixtureIsRefused(_ sql: String) {
        #expect(throws: NumberedParameters.Mixed()) { try NumberedParameters.numbered(sql) }
    }
}
