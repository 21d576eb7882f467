import StrictJSON
import Testing

@Suite struct JSONAcceptanceTests {
    static let accepted: [String] = [
        "null", " true ", "false", "\t\r\n 0 \n", "-0", "-0.0", "0e1", "0E+1", "1e-400", "123.456e-78", "20e1", "1E22",
        "-123123123123123123123123123123", String(repeating: "9", count: 308),
        "0." + String(repeating: "1", count: 2000),
        #""""#, #""a""#, #""\u0000""#, #""\u0060\u012a\u12AB""#, #""\uD801\udc37""#, #""\ud83d\ude39\ud83d\udc8d""#,
        #""\"\\\/\b\f\n\r\t""#, #""\\u0000""#, #""\uDBFF\uDFFE""#, #""\uFFFF""#, "\"\u{7F}\"", "\"\u{2028}\"",
        "\"€𝄞\"", "\"\u{10FFFF}\"", #""new\u000Aline""#, "\"asd \"",
        "[]", "[ ]", "[[]   ]", #"[""]"#, "[false]", #"[null, 1, "1", {}]"#, " [1]", "[1\n]", "[1,null,null,null,2]",
        "{}", "{ }", #"{"":0}"#, #"{"a":[]}"#, #"{"asd":"sdf", "dfg":"fgh"}"#, #"{"foo\u0000bar": 42}"#,
        #"{"min": -1.0e+28, "max": 1.0e+28}"#, "{\n\"a\": \"b\"\n}", #"{"a":{"a":1},"b":{"a":1}}"#, #"{"a":1,"A":2}"#,
    ]

    @Test(arguments: accepted) func accepts(_ text: String) throws {
        _ = try JSON.parse(Array(text.utf8))
    }

    static let rejected: [(String, JSONSyntaxError.Kind, Int)] = [
        ("", .empty, 0), ("  \n", .empty, 0), ("\u{FEFF}{}", .byteOrderMark, 0),
        ("1 2", .trailingContent, 2), ("[]]", .trailingContent, 2), ("{}#", .trailingContent, 2),
        ("nullx", .trailingContent, 4), ("\"a\"\u{0}", .trailingContent, 3), ("{\"a\":1}/**/", .trailingContent, 7),
        ("01", .invalidNumber, 0), ("-01", .invalidNumber, 1), ("1.", .unexpectedEnd, 2), ("[1.]", .invalidNumber, 3),
        ("-", .unexpectedEnd, 1), ("[-]", .invalidNumber, 2), ("[1e]", .invalidNumber, 3), ("[1e+]", .invalidNumber, 4),
        ("[.1]", .unexpectedCharacter, 1), ("[+1]", .unexpectedCharacter, 1), ("[1.e1]", .invalidNumber, 3),
        ("[0x1]", .unexpectedCharacter, 2), ("[1_000]", .unexpectedCharacter, 2), ("[NaN]", .unexpectedCharacter, 1),
        ("[Infinity]", .unexpectedCharacter, 1), ("[-Infinity]", .invalidNumber, 2),
        ("1e400", .numberOutOfRange, 0), ("[-1e400]", .numberOutOfRange, 1), ("1e99999999999999", .numberOutOfRange, 0),
        (String(repeating: "9", count: 400), .numberOutOfRange, 0),
        ("0." + String(repeating: "0", count: 2000) + "e1", .numberOutOfRange, 0),
        ("tru", .unexpectedEnd, 3), ("True", .unexpectedCharacter, 0), ("[nul]", .unexpectedCharacter, 4),
        ("\"", .unexpectedEnd, 1), ("\"abc", .unexpectedEnd, 4), ("'a'", .unexpectedCharacter, 0),
        ("\"a\nb\"", .controlCharacter, 2), ("\"\u{0}\"", .controlCharacter, 1), ("\"\t\"", .controlCharacter, 1),
        ("\"0123456789\u{1F}\"", .controlCharacter, 11),
        (#""\x""#, .invalidEscape, 1), (#""\"#, .unexpectedEnd, 2), (#""\u""#, .invalidEscape, 1),
        (#""\u12""#, .invalidEscape, 1), (#""\u12G4""#, .invalidEscape, 1), (#""\U0041""#, .invalidEscape, 1),
        (#""\u+123""#, .invalidEscape, 1), (#""\a""#, .invalidEscape, 1), (#""\u123"#, .invalidEscape, 1),
        (#""\uD800""#, .loneSurrogate, 1), (#""\uD800x""#, .loneSurrogate, 1), (#""\uDC00""#, .loneSurrogate, 1),
        (#""\uD800\n""#, .loneSurrogate, 1), (#""\uD800\uD800""#, .loneSurrogate, 1),
        (#""\uD800\u0041""#, .loneSurrogate, 1), (#""\uDC00\uD800""#, .loneSurrogate, 1),
        (#""\uD800\u12""#, .loneSurrogate, 1),
        ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3),
        ("[1,]", .unexpectedCharacter, 3), ("[,1]", .unexpectedCharacter, 1), ("[1,,2]", .unexpectedCharacter, 3),
        ("[1 2]", .unexpectedCharacter, 3), ("[1}", .unexpectedCharacter, 2), ("]", .unexpectedCharacter, 0),
        ("[\u{0C}]", .unexpectedCharacter, 1), ("[\u{A0}]", .unexpectedCharacter, 1), ("[1]//x", .trailingContent, 3),
        ("{", .unexpectedEnd, 1), (#"{"a""#, .unexpectedEnd, 4), (#"{"a":"#, .unexpectedEnd, 5),
        (#"{"a":1"#, .unexpectedEnd, 6), (#"{"a":1,}"#, .unexpectedCharacter, 7), ("{a:1}", .unexpectedCharacter, 1),
        ("{1:1}", .unexpectedCharacter, 1), (#"{"a" 1}"#, .unexpectedCharacter, 5),
        (#"{"a"}"#, .unexpectedCharacter, 4),
        (#"{,}"#, .unexpectedCharacter, 1), (#"{"a":1]"#, .unexpectedCharacter, 6),
        (#"{"a":}"#, .unexpectedCharacter, 5),
        (#"{"a":1 "b":2}"#, .unexpectedCharacter, 7), ("/**/1", .unexpectedCharacter, 0),
        (#"{"a":1,"a":2}"#, .duplicateKey, 7), (#"{"a":1,"\u0061":2}"#, .duplicateKey, 7),
        (#"{"\/":1,"/":2}"#, .duplicateKey, 8), (#"[{"x":{"b":1,"c":2,"b":3}}]"#, .duplicateKey, 19),
    ]

    @Test(arguments: rejected) func rejects(_ text: String, _ kind: JSONSyntaxError.Kind, _ offset: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON.parse(Array(text.utf8)) }
        #expect(error?.kind == kind)
        #expect(error?.offset == offset)
    }

    static let malformedUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
        [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
        [0xFF],
    ]

    @Test(arguments: malformedUTF8) func rejectsMalformedUTF8(_ bytes: [UInt8]) {
        let quote = [UInt8(ascii: "\"")]
        // Once inside the eight bytes that are looked at together, once near the end.
        for prefix in [[], Array("0123456789".utf8)] {
            let error = #expect(throws: JSONSyntaxError.self) { try JSON.parse(quote + prefix + bytes + quote) }
            #expect(error == nil || error?.kind == .invalidUTF8)
            #expect(error?.offset == prefix.count + 1)
        }
    }

    @Test func everyScalarPassesRawAndEscaped() throws {
        for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 101) {
            guard let scalar = Unicode.Scalar(value), value != 0x22, value != 0x5C else { continue }
            let text = String(Character(scalar))
            let escaped = text.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            #expect(try JSON.parse(Array("\"\(text)\"".utf8)).string == text)
            #expect(try JSON.parse(Array("\"\(escaped.joined())\"".utf8)).string == text)
        }
    }

    @Test(arguments: 1...25) func everyByteIsJudgedAnywhereInAString(_ position: Int) {
        for byte in UInt8.min...0x7F {
            var text = Array("\"abcdefghijklmnopqrstuvwxyz\"".utf8)
            text[position] = byte
            // A backslash makes an escape with the letter after it; a quote ends the text too early.
            let next = text[position + 1]
            let expected: JSONSyntaxError.Kind? =
                switch byte {
                case ..<0x20: .controlCharacter
                case UInt8(ascii: "\""): .trailingContent
                case UInt8(ascii: "\\"): "bfnrt".utf8.contains(next) ? nil : .invalidEscape
                default: nil
                }
            #expect(fault(in: text) == expected, "\(byte) at \(position)")
        }
    }

    private func fault(in text: [UInt8]) -> JSONSyntaxError.Kind? {
        do throws(JSONSyntaxError) {
            _ = try JSON.parse(text)
            return nil
        } catch {
            return error.kind
        }
    }
}
