import Marksign
import StrictJSON

/// An answer of Marksign: two bytes say its kind and its HTTP status, the rest is its body.
enum ReplyFuzz {
    private static let statuses = [200, 201, 204, 302, 400, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504, 599]

    static func check(_ input: [UInt8]) throws(FuzzFailure) {
        guard input.count >= 2 else { return }
        let body = Array(input.dropFirst(2))
        let answer = UpstreamAnswer.http(
            status: statuses[Int(input[1]) % statuses.count], retryAfter: "1", body: body)
        let status = (try? JSON.parse(body))?["status"]?.string
        try checkPoll(PollReply(answer, kind: input[0] % 2 == 0 ? .document : .hash), body, status)
        if case .started(let token, let code) = StartReply(answer) {
            try demand(status == "ok", "only ok starts")
            try demand(SessionToken(token.rawValue) == token, "a token has its form")
            let isCode = code.utf8.count == 4 && code.utf8.allSatisfy { (48...57).contains($0) }
            try demand(isCode, "a code has four digits")
        }
        try demand(RemoveReply(answer) == .unconfirmed || status == "ok", "only ok confirms a removal")
    }

    private static func checkPoll(_ reply: PollReply, _ body: [UInt8], _ status: String?) throws(FuzzFailure) {
        switch reply {
        case .completed(let result):
            try demand(status == "ok", "only ok completes")
            guard case .document(let document) = result else { return }
            try demand((1...body.count).contains(document.content.count), "a file is no larger than its answer")
            try demand(document.sha256 == DigestAlgorithm.sha256.hex(of: document.content), "the digest is the file's")
            try demand(!document.name.isEmpty, "a file has a name")
            for found in [document.sanctionsData, document.pepsData].compactMap(\.self) {
                try demand((try? JSON.parse(found)) != nil, "what was found about people is JSON")
            }
        case .invalidResult: try demand(status == "ok", "only ok has a result")
        case .waiting(let text): try demand(text.unicodeScalars.count <= 300, "an unknown word is cut")
        case .ended, .notFound, .rejected: try demand((try? JSON.parse(body)) != nil, "only a readable answer ends")
        case .unauthorized, .fault: break
        }
    }
}
