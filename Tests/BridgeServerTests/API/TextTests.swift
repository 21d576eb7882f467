import Testing

@testable import BridgeServer

@Suite struct TextTests {
    @Test(arguments: [
        ("a.pdf", #"attachment; filename="a.pdf"; filename*=UTF-8''a.pdf"#),
        ("a b;c.pdf", #"attachment; filename="a b_c.pdf"; filename*=UTF-8''a%20b%3Bc.pdf"#),
        ("a\r\nX: y", #"attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y"#),
        ("..\\/\"%41", #"attachment; filename="..____41"; filename*=UTF-8''..%5C%2F%22%2541"#),
        ("ž", #"attachment; filename="_"; filename*=UTF-8''%C5%BE"#),
    ])
    func namesFiles(_ name: String, _ header: String) {
        #expect(ContentDisposition.attachment(named: name) == header)
    }

    @Test(arguments: [
        ("*", true), (" \"ab\" ", true), ("\"x\",\"ab\"", true), ("W/\"ab\"", true), ("ab", false), ("\"abc\"", false),
        ("", false), ("w/\"ab\"", false),
    ])
    func comparesTags(_ header: String, _ matches: Bool) {
        #expect(EntityTag.matches(header, "ab") == matches)
    }

    @Test(arguments: [
        (UInt64.min, "req_0000000000000000"), (UInt64.max, "req_ffffffffffffffff"), (255, "req_00000000000000ff"),
    ])
    func makesRequestIDs(_ bits: UInt64, _ id: String) {
        #expect(RequestIdentifier.made(of: bits) == id)
    }
}
