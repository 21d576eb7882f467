import BridgeCore
import BridgeRuntime
import Marksign
import StrictJSON

@testable import BridgeServer

/// A body of the API: the first byte says of which request. What is refused is told in order; what is taken becomes a
/// request to Marksign, or an endpoint, that is in order too.
enum RequestFuzz {
    private static let rules = WebhookRules(allowHTTP: false, addresses: AddressPolicy(allowed: []))
    private static let time = Timestamp(milliseconds: 1_795_291_287_000)

    static func check(_ input: [UInt8]) throws(FuzzFailure) {
        guard let form = input.first else { return }
        let problem: Problem
        do {
            let json = try JSON.body(Array(input.dropFirst()))
            switch form % 3 {
            case 0: return try check(Result { try SessionRequest(json, maximumFileBytes: 4096) })
            case 1: return try check(change(json, isNew: true))
            default: return try check(change(json, isNew: false))
            }
        } catch let error as Problem {
            problem = error
        } catch let failure as FuzzFailure {
            throw failure
        } catch {
            throw FuzzFailure(description: "only problems are thrown: \(error)")
        }
        try demand([400, 422].contains(problem.status), "the fault is the caller's")
        try demand(problem.errors.allSatisfy { isPointer($0.pointer) }, "pointers point")
        try demand((try? JSON.parse(problem.body(requestID: "r"))) != nil, "a problem is JSON")
    }

    /// RFC 6901: empty, or tokens that each begin with a slash, in which a tilde is followed by 0 or 1.
    private static func isPointer(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let (tilde, digits) = (UInt8(ascii: "~"), UInt8(ascii: "0")...UInt8(ascii: "1"))
        return (bytes.isEmpty || bytes[0] == UInt8(ascii: "/"))
            && bytes.indices.allSatisfy { bytes[$0] != tilde || $0 + 1 < bytes.count && digits.contains(bytes[$0 + 1]) }
    }

    private static func change(_ json: JSON, isNew: Bool) -> Result<EndpointChange, any Error> {
        Result { try EndpointChange(json, isNew: isNew, at: time, addressFault: { rules.fault(of: $0) }) }
    }

    private static func check(_ request: Result<SessionRequest, any Error>) throws {
        let api = MarksignAPI(locale: .en)
        guard let accessToken = AccessToken("access") else { return }
        switch try request.get() {
        case .watch(let token, let kind, let method, let metadata):
            let sent = api.status(of: token, kind: kind, method: method, accessToken: accessToken)
            let segments = sent.path.split(separator: "/")
            try demand(segments.last == "\(token.rawValue).json", "a token is one segment of the path")
            try demand(segments.count == (kind == .hash ? 6 : 5), "a path keeps its shape")
            try check(metadata)
        case .start(let method, let signer, let payload, let metadata):
            let sent =
                switch payload {
                case .document(let start): api.start(start, by: signer, method: method, accessToken: accessToken)
                case .hash(let start): api.start(start, by: signer, method: method, accessToken: accessToken)
                }
            let body = try? JSON.parse(sent.body)
            try demand(body?["access_token"]?.string == "access", "the access token is the bridge's")
            try demand(body?["code"]?.string == signer.personalCode.rawValue, "the code is sent as it is")
            try demand(body?["country"]?.string == signer.country.rawValue, "so is the country")
            try check(metadata)
        }
    }

    private static func check(_ metadata: Metadata) throws(FuzzFailure) {
        try demand(metadata.pairs.count <= Metadata.maximumPairs, "metadata is bounded")
        try demand(metadata.json.count <= 8 * Metadata.maximumBytes, "metadata is small")
        try demand(Metadata(json: metadata.json) == metadata, "metadata survives the store")
    }

    private static func check(_ change: Result<EndpointChange, any Error>) throws {
        let change = try change.get()
        if let url = change.url { try demand(rules.fault(of: url) == nil, "the URL may be used") }
        for header in change.headers ?? [] {
            let bytes = Array("\(header.name)\(header.value)".utf8)
            try demand(!bytes.contains { $0 < 0x20 && $0 != 9 || $0 == 0x7F }, "headers cannot be split")
        }
        if let timeout = change.timeout, let timeout {
            try demand((.seconds(1) ... .seconds(60)).contains(timeout), "an attempt is bounded")
        }
        if let rate = change.rateLimit, let rate { try demand((1...1000).contains(rate), "a rate is bounded") }
    }
}
