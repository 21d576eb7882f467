import BridgeCore

/// The receivers of all endpoints: what they took, and how they fail.
final class ModelReceivers {
    unowned var world: World!
    private struct Receipt: Hashable {
        let event: EventID
        let endpoint: EndpointID
    }

    private var taken: Set<Receipt> = []
    private var gone: Set<EndpointID> = []

    func took(_ event: EventID, at endpoint: EndpointID) -> Bool {
        taken.contains(Receipt(event: event, endpoint: endpoint))
    }

    /// It is back, at the same address.
    func restore(_ endpoint: EndpointID) {
        gone.remove(endpoint)
    }

    /// A webhook arrives, or does not.
    func receive(_ event: EventID, at endpoint: EndpointID, answer: @escaping (Duration, AttemptResult) -> Void) {
        let time = world.chance.duration(.milliseconds(1)...(.milliseconds(200)))
        if world.lasts(.receiverDown) || world.befalls(.receiverReset) {
            return answer(time, .failed(world.chance.pick([.connect, .reset, .dns, .tls])))
        }
        if world.befalls(.receiverTimeout) { return answer(.seconds(15), .failed(.timeout)) }
        if world.isHealing { gone.remove(endpoint) }
        if gone.contains(endpoint) || world.befalls(.receiverGone) {
            gone.insert(endpoint)
            return answer(time, .status(410))
        }
        if world.befalls(.receiverError) { return answer(time, .status(world.chance.pick([400, 404, 500, 503]))) }
        if world.befalls(.receiverRedirect) { return answer(time, .status(302)) }
        if world.befalls(.receiverBusy) {
            return answer(time, .status(429, retryAfter: world.chance.pick(["1", "60", "4000", "99999999", "x"])))
        }
        taken.insert(Receipt(event: event, endpoint: endpoint))
        if world.befalls(.receiverAnswerLost) { return answer(time, .failed(.reset)) }
        answer(time, .status(world.chance.pick([200, 202, 204])))
    }
}

extension AttemptResult {
    fileprivate static func status(_ status: Int, retryAfter: String? = nil) -> AttemptResult {
        AttemptResult(status: status, address: nil, response: [], retryAfter: retryAfter)
    }

    fileprivate static func failed(_ error: AttemptError) -> AttemptResult {
        AttemptResult(error: error, status: nil, address: nil, response: [])
    }
}
