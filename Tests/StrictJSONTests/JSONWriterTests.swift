import StrictJSON
import Testing

@Suite struct JSONWriterTests {
    private func text(of body: (inout JSONObjectWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object(body)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func everyValue() throws {
        let parsed = try JSON.parse(Array(#"{"kept" : [ 1.50 ]}"#.utf8))
        let text = text { writer in
            writer.member("a", "text")
            writer.member("n", 5)
            writer.member("u", UInt64.max)
            writer.member("i", Int64.min)
            writer.member("d", 0.1)
            writer.member("t", true)
            writer.member("none", nil as String?)
            writer.member("missing", nil as Int?)
            writer.null("x")
            writer.member("raw", json: parsed)
            writer.object("o") { $0.member("in", false) }
            writer.object("e") { _ in }
            writer.array("l") { list in
                list.element("s")
                list.element(-1)
                list.element(2.5)
                list.element(false)
                list.element(json: parsed)
                list.null()
                list.object { $0.member("k", 1) }
                list.array { _ in }
            }
        }
        #expect(
            text == """
                {"a":"text","n":5,"u":18446744073709551615,"i":-9223372036854775808,"d":0.1,"t":true,"none":null,\
                "missing":null,"x":null,"raw":{"kept" : [ 1.50 ]},"o":{"in":false},"e":{},\
                "l":["s",-1,2.5,false,{"kept" : [ 1.50 ]},null,{"k":1},[]]}
                """)
        #expect(try JSON.parse(Array(text.utf8))["l"]?.elements?.count == 8)
    }

    @Test func arraysStandAlone() {
        var writer = JSONWriter(capacity: 16)
        writer.array { $0.element("a") }
        #expect(writer.bytes == Array(#"["a"]"#.utf8))
    }

    @Test(arguments: [
        ("plain / slash", #""plain / slash""#), (#"quote " and \"#, #""quote \" and \\""#),
        ("\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F}", #""\u0000\u0001\b\t\n\u000b\f\r\u001f""#),
        ("Žemaitė €𝄞\u{7F}\u{2028}", "\"Žemaitė €𝄞\u{7F}\u{2028}\""), ("", "\"\""),
    ]) func strings(_ value: String, _ expected: String) throws {
        for text in [text { $0.member(value, value) }, text { $0.member(value, utf8: Array(value.utf8)) }] {
            #expect(text == "{\(expected):\(expected)}")
            #expect(try JSON.parse(Array(text.utf8))[value]?.string == value)
        }
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan]) func whatJSONCannotExpressIsNull(_ value: Double) {
        #expect(text { $0.member("d", value) } == #"{"d":null}"#)
    }

    @Test(arguments: [0.1, -0.0, 1e300, .leastNonzeroMagnitude, 1e16, 123_456_789.125]) func doublesComeBack(
        _ value: Double
    ) throws {
        #expect(try JSON.parse(Array(text { $0.member("d", value) }.utf8))["d"]?.double == value)
    }

    @Test func bytesThatAreNotUTF8AreReplaced() {
        #expect(text { $0.member("b", utf8: [0x41, 0xFF, 0x42] as [UInt8]) } == "{\"b\":\"A\u{FFFD}B\"}")
        #expect(text { $0.member("b", utf8: repeatElement(UInt8(ascii: "\""), count: 2)) } == #"{"b":"\"\""}"#)
    }

    @Test func largeBytesAreAppendedInPlace() throws {
        let content = [UInt8](repeating: UInt8(ascii: "A"), count: 8 << 20)
        var writer = JSONWriter(capacity: content.count + 64)
        writer.object { writer in
            writer.object("pdf") { $0.member("content", utf8: content[1...]) }
            writer.member("after", 1)
        }
        let value = try JSON.parse(writer.bytes)
        #expect(value["pdf"]?["content"]?.stringBytes == content[1...])
        #expect(value["after"]?.integer == 1)
    }

    @Test func anErrorInTheMiddleLeavesValidJSON() {
        struct Stop: Error {}
        var writer = JSONWriter()
        #expect(throws: Stop.self) {
            try writer.object { writer in
                writer.member("a", 1)
                try writer.array("l") { list in
                    list.element(1)
                    throw Stop()
                }
            }
        }
        #expect(writer.bytes == Array(#"{"a":1,"l":[1]}"#.utf8))
    }
}
