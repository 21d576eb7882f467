import StrictJSON
import Testing

@Suite struct JSONValueTests {
    private func parse(_ text: String) throws -> JSON {
        try JSON.parse(Array(text.utf8))
    }

    @Test(arguments: [
        ("null", JSON.Kind.null), ("true", .boolean), ("1", .number), ("\"\"", .string), ("[]", .array),
        ("{}", .object),
    ]) func kinds(_ text: String, _ kind: JSON.Kind) throws {
        let value = try parse(text)
        #expect(value.kind == kind)
        #expect(value.isNull == (kind == .null))
        #expect((value.boolean != nil) == (kind == .boolean))
        #expect((value.integer != nil) == (kind == .number))
        #expect((value.double != nil) == (kind == .number))
        #expect((value.string != nil) == (kind == .string))
        #expect(value.stringBytes?.count == (kind == .string ? 0 : nil))
        #expect(value.forEachStringPiece { _ in } == (kind == .string))
        #expect((value.elements != nil) == (kind == .array))
        #expect((value.members != nil) == (kind == .object))
        #expect(value["a"] == nil)
    }

    @Test func booleans() throws {
        #expect(try parse("true").boolean == true)
        #expect(try parse("false").boolean == false)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("9223372036854775807", Int64.max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("1.0", nil), ("1e2", nil),
        ] as [(String, Int64?)]) func integers(_ text: String, _ expected: Int64?) throws
    {
        #expect(try parse(text).integer == expected)
    }

    @Test(arguments: [("0.5", 0.5), ("1e2", 100), ("-1E-2", -0.01), ("1e-400", 0)])
    func doubles(_ text: String, _ expected: Double) throws {
        #expect(try parse(text).double == expected)
    }

    @Test(arguments: [
        (#""plain""#, "plain"), (#""a\/b\/c""#, "a/b/c"), (#""\"\\\b\f\n\r\t""#, "\"\\\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""x\ud834\udd1ey""#, "x𝄞y"), ("\"Žemaitė\"", "Žemaitė"),
        (#""\u0000""#, "\0"),
    ]) func strings(_ text: String, _ expected: String) throws {
        let value = try parse(text)
        #expect(value.string == expected)
        #expect(value.stringBytes.map { Array($0) } == Array(expected.utf8))
        var pieces: [UInt8] = []
        value.forEachStringPiece { pieces.append(contentsOf: $0) }
        #expect(pieces == Array(expected.utf8))
    }

    @Test func textIsKeptAsItCame() throws {
        let value = try parse(#" { "n" : 1.50e+1 , "a" : [ 1 , {"x":"\u0041"} ] , "o":{ } } "#)
        func raw(_ value: JSON?) -> String? { value.map { String(decoding: $0.raw, as: UTF8.self) } }
        #expect(raw(value["n"]) == "1.50e+1")
        #expect(raw(value["a"]) == #"[ 1 , {"x":"\u0041"} ]"#)
        #expect(raw(value["a"]?.elements?.last) == #"{"x":"\u0041"}"#)
        #expect(raw(value["o"]) == "{ }")
        #expect(raw(value)?.first == "{" && raw(value)?.last == "}")
    }

    @Test func membersAndElementsKeepTheirOrder() throws {
        let value = try parse(#"{"b":[1,[2,[3]],{"c":{}},4],"a":{"deep":{"er":null}},"\u0063":"x","":0}"#)
        #expect(value.members?.map(\.key) == ["b", "a", "c", ""])
        #expect(value["b"]?.elements?.map(\.kind) == [.number, .array, .object, .number])
        #expect(value["b"]?.elements?.last?.integer == 4)
        #expect(value["a"]?["deep"]?["er"]?.isNull == true)
        #expect(value["c"]?.string == "x")
        #expect(value[""]?.integer == 0)
        #expect(value["er"] == nil)
    }
}
