import BridgeCore

extension Witness {
    /// Only what is due is sent, with the same bytes each time, and again only with a reason.
    func attempts(_ work: DeliveryWork, body: [UInt8]) {
        demand(bodies[work.eventID].map { $0 == body } ?? true, .sameBytes, "\(work.eventID)")
        bodies[work.eventID] = body
        // Two processes that both believe to be the only one may both send.
        if world.zombie != nil { lines[work.id, default: Line()].excuses += 1 }
        let line = lines[work.id] ?? Line()
        demand(line.successes <= line.excuses, .noNeedlessRepeat, "\(work.id)")
        let isWanted = line.wantedAt.map { world.now - $0 < .seconds(330) } ?? false
        if let notBefore = line.notBefore, !isWanted, world.zombie == nil {
            demand(world.now + .milliseconds(2) >= notBefore, .retriesInTime, "\(work.id)")
        }
        let isClosed = closedSince[work.endpoint.id].map { $0 + .seconds(1) <= world.now } ?? false
        demand(!isClosed, .leftAlone, "\(work.endpoint.id)")
    }

    /// The receiver's answer reached the sender, or none did.
    func attemptEnded(_ id: DeliveryID, _ result: AttemptResult) {
        lines[id, default: Line()].endedAt = world.moment
        if result.error == nil { lines[id]?.successes += 1 }
    }

    /// An attempt of a delivery to an endpoint, which stood like that, was recorded.
    func recorded(_ record: AttemptRecord, of row: DeliveryRow, _ endpoint: Endpoint, _ verdict: AttemptVerdict) {
        let id = row.id
        lines[id, default: Line()].notBefore = nil
        guard verdict.isFollowed else { return }
        demand(
            record.decision == .delivered || record.endpointEpoch == endpoint.epoch, .presentAddress, "\(endpoint.id)")
        switch record.decision {
        case .delivered:
            demand(world.receivers.took(row.event, at: row.endpoint), .noEventVanishes, "\(id) was not delivered")
        case .retry(let time):
            let ended = lines[id]?.endedAt ?? world.moment
            let delay = time - ended.wall
            let scheduled = world.plan.policy.schedule[row.countedAttempts]
            let longest = max(scheduled, RetryPolicy.maximumRetryAfter) * 1.2
            demand(
                delay >= scheduled - .milliseconds(2) && delay <= longest + .milliseconds(2), .retriesInTime, "\(id)")
            lines[id]?.notBefore = ended.tick + delay
        case .failed:
            demand(
                row.countedAttempts >= world.plan.policy.schedule.count, .noEventVanishes,
                "\(id) is given up before its last attempt")
        case .gone:
            break
        }
        if record.attempt.result.status == 410 { close(row.endpoint) }
    }

    /// An attempt was cut after its receiver may have taken it.
    func cut(_ id: DeliveryID) {
        lines[id, default: Line()].excuses += 1
    }

    /// A client asked for a delivery, or for all of an endpoint's: it may be sent again, and at once.
    func wanted(_ id: DeliveryID) {
        lines[id, default: Line()].excuses += 1
        lines[id]?.wantedAt = world.now
        lines[id]?.notBefore = nil
    }

    /// What is made while a process begins may be known twice: from the page that it reads, and from its own commit.
    /// Then one attempt more follows a first that failed.
    func made(_ id: DeliveryID) {
        if world.process?.isReady != true { lines[id, default: Line()].wantedAt = world.now }
    }

    // MARK: Endpoints

    /// An endpoint is enabled again, or has another URL.
    func renewed(_ endpoint: EndpointID) {
        closedSince[endpoint] = nil
    }

    /// An endpoint is gone or deleted.
    func close(_ endpoint: EndpointID) {
        closedSince[endpoint] = closedSince[endpoint] ?? world.now
    }
}
