/// An answer of the upstream, before anything goes wrong with it.
struct Answer: Equatable {
    var httpStatus = 200
    var body: [UInt8]

    init(_ members: (String, AnswerValue)...) {
        body = AnswerValue.object(members).encoded
    }

    init(_ refusal: Refusal, in locale: Locale) {
        var members: [(String, AnswerValue)] = [("status", "error"), ("message", .string(refusal.message(in: locale)))]
        if let code = refusal.code { members.append(("error_code", .number(code))) }
        body = AnswerValue.object(members).encoded
        httpStatus = refusal.httpStatus
    }
}
