import Foundation
import StandardWebhooks
import StrictJSON

/// A webhook as it arrived.
struct ReceivedWebhook {
    /// Names in lower case.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// What its signature says.
    enum Verdict: Equatable {
        case holds
        case notChecked
        case doesNotHold(reason: String)

        var isRefusal: Bool {
            if case .doesNotHold = self { true } else { false }
        }
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    func verdict(of verifier: WebhookVerifier?) -> Verdict {
        guard let verifier else { return .notChecked }
        do throws(WebhookVerificationError) {
            try verifier.verify(try WebhookHeaders { header($0) }, body: Data(body))
            return .holds
        } catch {
            return .doesNotHold(reason: error.told)
        }
    }

    /// Some lines for a terminal: when it came, which one it is, what its signature says, and its body.
    func shown(at time: Date, verdict: Verdict) -> String {
        let signature =
            switch verdict {
            case .holds: "the signature holds"
            case .notChecked: "the signature is not checked: no --secret and no --public-key"
            case .doesNotHold(let reason): "THE SIGNATURE DOES NOT HOLD: \(reason)"
            }
        let id = (header(WebhookHeaders.idName) ?? "(no webhook-id)").safeForTerminal
        let text = (try? JSON.parse(body)).map(PrettyJSON.text) ?? String(decoding: body, as: UTF8.self)
        return "\n\(time.ISO8601Format())  \(id)  \(signature)\n\(text.safeForTerminal)"
    }
}

extension WebhookVerificationError {
    fileprivate var told: String {
        switch self {
        case .missingHeader(let name): "there is no \(name) header"
        case .malformedID: "the webhook-id is malformed"
        case .malformedTimestamp: "the webhook-timestamp is malformed"
        case .timestampTooOld: "the webhook-timestamp is more than five minutes old"
        case .timestampTooNew: "the webhook-timestamp is more than five minutes ahead"
        case .noMatchingSignature: "it was made with another secret or key, or over another body"
        }
    }
}
