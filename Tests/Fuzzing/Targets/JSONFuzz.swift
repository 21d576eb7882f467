import Foundation
import StrictJSON

/// What the strict parser takes is JSON for others too, and can be read throughout.
enum JSONFuzz {
    static func check(_ input: [UInt8]) throws(FuzzFailure) {
        let value: JSON
        do {
            value = try JSON.parse(input, maximumValues: 1000)
        } catch {
            try demand((0...input.count).contains(error.offset), "a fault lies in the text")
            return
        }
        let others = try? JSONSerialization.jsonObject(with: Data(input), options: .fragmentsAllowed)
        try demand(others != nil, "Foundation reads what is accepted")
        try walk(value, depth: 0)
    }

    private static func walk(_ value: JSON, depth: Int) throws(FuzzFailure) {
        try demand(depth <= 32, "nesting is bounded")
        switch value.kind {
        case .object:
            let members = value.members ?? []
            try demand(Set(members.map(\.key)).count == members.count, "keys differ")
            for (key, member) in members {
                try demand(value[key]?.raw == member.raw, "a member is found by its key")
                try survives(key)
                try walk(member, depth: depth + 1)
            }
        case .array: for element in value.elements ?? [] { try walk(element, depth: depth + 1) }
        case .string: try survives(value.string ?? "")
        case .number:
            try demand(value.double?.isFinite == true, "numbers are finite")
            guard let integer = value.integer else { return }
            try demand(["\(integer)", "-0"].contains(text(value)), "integers are exact")
        case .boolean, .null: try demand(["true", "false", "null"].contains(text(value)), "words are known")
        }
    }

    /// Written and read again, a text is the same.
    private static func survives(_ text: String) throws(FuzzFailure) {
        var writer = JSONWriter()
        writer.object { $0.member("text", text) }
        let again = (try? JSON.parse(writer.bytes))?["text"]?.string
        try demand(again?.utf8.elementsEqual(text.utf8) == true, "texts survive")
    }

    private static func text(_ value: JSON) -> String {
        String(decoding: value.raw, as: UTF8.self)
    }
}
