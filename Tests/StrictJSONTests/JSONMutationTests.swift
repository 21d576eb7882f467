import StrictJSON
import Testing

/// Damaged texts: whatever they are, reading them ends, and what is accepted can be read throughout.
@Suite struct JSONMutationTests {
    /// The same numbers every time (SplitMix64).
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    static let originals = [
        #"{"a":[1,2.5e3,-0,"x\u00e9\ud83d\ude00",null,true,false,{"b":{}}],"c":"é€😀","d":[[],{}]}"#,
        #"[1e5,-1.0E-2,0.1,10,"\"\\\/\b\f\n\r\t"]"#, #" {"k":"v", "k2":{"k":1}} "#,
    ].map { Array($0.utf8) }
    static let fragments = Array("{}[]\",:\\u09eE+-.tfn \t\n\0\u{1F}dD8".utf8) + [0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]

    @Test(arguments: 0..<8 as Range<UInt64>) func mutations(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        var accepted = 0
        for _ in 0..<2000 {
            var text = Self.originals.randomElement(using: &generator)!
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text[position] = Self.fragments.randomElement(using: &generator)!
                case 1: text.insert(Self.fragments.randomElement(using: &generator)!, at: position)
                default: text.remove(at: position)
                }
            }
            guard let value = try? JSON.parse(text) else { continue }
            accepted += 1
            var writer = JSONWriter()
            writer.object { rewrite(value, as: "value", to: &$0) }
            let again = try JSON.parse(writer.bytes)
            #expect(shape(again["value"]!) == shape(value))
        }
        #expect(accepted > 0)
    }

    private func rewrite(_ value: JSON, as key: String, to writer: inout JSONObjectWriter) {
        switch value.kind {
        case .object:
            writer.object(key) { inner in
                for (key, value) in value.members! { rewrite(value, as: key, to: &inner) }
            }
        case .string: writer.member(key, value.string)
        case .number: writer.member(key, value.double)
        case .boolean: writer.member(key, value.boolean)
        case .null: writer.null(key)
        case .array: writer.member(key, json: value)
        }
    }

    private func shape(_ value: JSON) -> [String] {
        switch value.kind {
        case .object: ["{"] + value.members!.flatMap { ["k:" + $0.key] + shape($0.value) } + ["}"]
        case .array: ["["] + value.elements!.flatMap(shape) + ["]"]
        case .string: ["s:" + value.string!]
        case .number: ["n:\(value.double!)"]
        case .boolean: ["b:\(value.boolean!)"]
        case .null: ["null"]
        }
    }
}
