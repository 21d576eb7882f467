import StrictJSON
import Testing

@Suite struct JSONLimitTests {
    private func kind(of text: [UInt8], depth: Int = 32, values: Int = 1_000_000) -> JSONSyntaxError.Kind? {
        do throws(JSONSyntaxError) {
            _ = try JSON.parse(text, maximumDepth: depth, maximumValues: values)
            return nil
        } catch {
            return error.kind
        }
    }

    private func nested(_ depth: Int) -> [UInt8] {
        Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
    }

    @Test func depthIsBounded() {
        #expect(kind(of: nested(32)) == nil)
        #expect(kind(of: nested(33)) == .tooDeep)
        #expect(kind(of: Array("1".utf8), depth: 0) == nil)
        #expect(kind(of: Array("[]".utf8), depth: 0) == .tooDeep)
        #expect(kind(of: Array(#"{"a":[{}]}"#.utf8), depth: 2) == .tooDeep)
        #expect(kind(of: Array(#"[{},{},[]]"#.utf8), depth: 2) == nil)
    }

    @Test func hostileDepthNeedsNoStack() {
        #expect(kind(of: Array(repeating: UInt8(ascii: "["), count: 100_000)) == .tooDeep)
        #expect(kind(of: nested(100_000), depth: 100_000) == nil)
        #expect(kind(of: Array(repeating: UInt8(ascii: "["), count: 100_000), depth: .max) == .unexpectedEnd)
    }

    @Test func valuesAreBounded() {
        #expect(kind(of: Array("[1,2]".utf8), values: 3) == nil)
        #expect(kind(of: Array("[1,2,3]".utf8), values: 3) == .tooManyValues)
        #expect(kind(of: Array(#"{"a":1}"#.utf8), values: 2) == .tooManyValues)
    }

    @Test(arguments: [1, 7, 8, 9, 10, 100]) func duplicatesAreFoundInObjectsOfAnySize(_ count: Int) {
        let members = (0..<count).map { #""key\#($0)":\#($0)"# }
        for position in 0..<count {
            // The last digit once as an escape: keys are compared by what they mean.
            let digits = String(position)
            let escaped = #""key\#(digits.dropLast())\u003\#(digits.last!)":null"#
            let text = "{" + (members + [escaped]).joined(separator: ",") + "}"
            #expect(kind(of: Array(text.utf8)) == .duplicateKey)
        }
        #expect(kind(of: Array("{\(members.joined(separator: ","))}".utf8)) == nil)
    }

    @Test func manyKeysAreNotQuadratic() throws {
        // Pair by pair this would be five thousand million comparisons: it would not end within the test's limit.
        let members = (0..<100_000).map { #""key\#($0)":\#($0)"# }.joined(separator: ",")
        let value = try JSON.parse(Array("{\(members)}".utf8))
        #expect(value.members?.count == 100_000)
        #expect(value["key99999"]?.integer == 99_999)
        #expect(kind(of: Array("{\(members),\"key0\":0}".utf8)) == .duplicateKey)
    }

    @Test func largeStringsAreReadWithoutCopies() throws {
        let length = 4 << 20
        var text = Array(#"{"content":""#.utf8)
        text.append(contentsOf: repeatElement(UInt8(ascii: "A"), count: length))
        text.append(contentsOf: #""}"#.utf8)
        let content = try #require(try JSON.parse(text)["content"])
        let bytes = try #require(content.stringBytes)
        #expect(bytes.count == length)
        let isInsideTheText = bytes.withUnsafeBytes { string in
            content.raw.withUnsafeBytes { raw in string.baseAddress == raw.baseAddress?.advanced(by: 1) }
        }
        #expect(isInsideTheText)
    }
}
