/// What `openapi.yaml` says, read line by line.
///
/// This is no reader of YAML. It is exact for that one file, whose layout is fixed: sections at the margin, paths and
/// webhooks at 2 spaces, methods at 4, and `operationId` first of all at 6.
struct Contract {
    /// One operation.
    struct Operation: Hashable {
        let method: String
        let path: String
        let id: String
    }

    /// The operations of the section `paths`.
    private(set) var operations: [Operation] = []
    /// The names in the section `webhooks`.
    private(set) var webhooks: [String] = []
    /// Everything that could be the name of a code.
    let words: Set<Substring>

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        words = Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") })
        var section = ""
        var path = ""
        var method = ""
        for line in text.split(separator: "\n") {
            let name = String(line.drop { $0 == " " })
            switch line.count - name.count {
            case 0: section = name
            case 2 where section == "webhooks:": webhooks.append(String(name.dropLast()))
            case 2: path = String(name.dropLast())
            case 4: method = name.dropLast().uppercased()
            case 6 where section == "paths:" && name.hasPrefix("operationId: "):
                let id = String(name.dropFirst("operationId: ".count))
                operations.append(Operation(method: method, path: path, id: id))
            default: break
            }
        }
    }
}
