import StrictJSON

@testable import MarksignSandbox

/// Bodies of requests as a caller writes them, valid unless a change is made.
enum Requests {
    static let signer = "30303039914"
    static let hash = "5fef901dc387c585fb470ec7887e204a23d8e16434ec94940019951bd02ffe44"

    static func document(_ changes: [String: Field] = [:], file: [UInt8] = SampleContract.pdf) -> [UInt8] {
        body(
            [
                "access_token": "token", "type": "pdf", "country": "LT", "code": .string(signer),
                "pdf": .files([File(name: "contract.pdf", content: file)]),
            ], changes)
    }

    static func hash(_ changes: [String: Field] = [:]) -> [UInt8] {
        body(
            [
                "access_token": "token", "hash": .string(hash), "hash_algorithm": "SHA256", "country": "LT",
                "code": .string(signer),
            ], changes)
    }

    static let status = body(["access_token": "token"], [:])

    private static func body(_ fields: [String: Field], _ changes: [String: Field]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            for (name, field) in fields.merging(changes, uniquingKeysWith: { $1 }) { field.write(name, to: &object) }
        }
        return writer.bytes
    }
}
