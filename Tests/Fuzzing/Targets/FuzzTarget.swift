/// What is fuzzed. Each takes any bytes, and fails when something does not hold that must hold for all of them.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// The JSON parser.
    case json
    /// What the API makes of bodies.
    case requests
    /// What the bridge makes of Marksign's answers.
    case replies
    /// The field that says when to come back.
    case retryAfter = "retry-after"
    /// URLs of webhooks, addresses and networks.
    case addresses
    /// Secrets, keys and signatures of webhooks.
    case signatures

    /// Tries one input.
    func check(_ input: [UInt8]) throws(FuzzFailure) {
        switch self {
        case .json: try JSONFuzz.check(input)
        case .requests: try RequestFuzz.check(input)
        case .replies: try ReplyFuzz.check(input)
        case .retryAfter: try RetryAfterFuzz.check(input)
        case .addresses: try AddressFuzz.check(input)
        case .signatures: try SignatureFuzz.check(input)
        }
    }
}

/// Something that must hold does not.
struct FuzzFailure: Error, CustomStringConvertible {
    let description: String
}

/// Fails with what must hold, unless it does.
func demand(_ holds: Bool, _ claim: @autoclosure () -> String) throws(FuzzFailure) {
    guard holds else { throw FuzzFailure(description: "it does not hold that " + claim()) }
}
