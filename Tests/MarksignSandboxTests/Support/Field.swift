import FoundationEssentials
import StrictJSON

/// One value in the body of a request.
enum Field: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    case string(String)
    case boolean(Bool)
    case number(Int)
    case files([File])
    case absent

    init(stringLiteral text: String) { self = .string(text) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(integerLiteral value: Int) { self = .number(value) }

    func write(_ name: String, to object: inout JSONObjectWriter) {
        switch self {
        case .string(let text): object.member(name, text)
        case .boolean(let value): object.member(name, value)
        case .number(let value): object.member(name, value)
        case .absent: break
        case .files(let files):
            object.object(name) { object in
                object.array("files") { array in
                    for file in files {
                        array.object { object in
                            object.member("name", file.name)
                            object.member("content", Data(file.content).base64EncodedString())
                            object.member("digest", file.digest)
                        }
                    }
                }
            }
        }
    }
}
