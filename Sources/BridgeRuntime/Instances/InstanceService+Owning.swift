import BridgeCore
import Failpoints
import Logging

extension InstanceService {
    /// Between looks at what others did.
    private static let interval: Duration = .seconds(1)
    /// How much one commit takes over: others wait no longer than for that.
    private static let batch = 500
    /// The last few are not worth dividing.
    private static let smallestPart = 50

    /// Takes over what nobody owns, and, where others share the store, looks every second what they did.
    func lookAfter() async {
        var reader = NewsReader()
        for await _ in joins {
            var retry = WriteRetry()
            while !Task.isCancelled, let id = present {
                do {
                    if isSettled {
                        try await lookAround(as: id, &reader)
                    } else {
                        reader = NewsReader()
                        try await settle(as: id)
                    }
                    alarms.set(.storeFailing, false)
                    retry = WriteRetry()
                } catch {
                    refused(error)
                    if case .fatal = error { return }
                    if await isCut(waiting: retry.wait(after: error) ?? Self.interval) { return }
                    continue
                }
                if !isShared { break }
                // Moved at random, so that the instances do not all look at once.
                if await isCut(waiting: Self.interval * (0.9 + 0.2 * environment.unit())) { return }
            }
        }
    }

    /// Gives up what is not under way, and a few times a second what is not any more, until nothing is left to wait
    /// for; or until `end`, when there is just time enough to give up the rest.
    func giveUpWhatIdles(until end: Tick) async {
        while isShared, !Task.isCancelled {
            guard environment.now().tick < end else { return await leave() }
            do {
                try await store.giveUp(allBut: sessions.watched, deliveries.underWay)
            } catch {
                refused(error)
            }
            if await isCut(waiting: min(.milliseconds(250), end - environment.now().tick)) { return }
        }
    }

    /// Begins the work of a new instance.
    private func settle(as id: InstanceID) async throws(StoreError) {
        // One without a share of the rate waits for a place: what it took over could not be polled.
        guard hasShare else { return }
        try await takeOver(as: id)
        try await resumeDeliveries(as: id)
        asLong(as: id) {
            deliveries.resumed()
            hasSettled(id)
        }
        logger.notice("Joined", metadata: ["instance": "\(id)", "instances": "\(count)"])
    }

    /// Takes over this instance's part of what belongs to none, the oldest first, or all of it. The others take theirs:
    /// one instance has only its share of the rate.
    private func takeOver(as id: InstanceID, all: Bool = false) async throws(StoreError) {
        let part = all ? (sessions: Int.max, deliveries: Int.max) : try await store.fairShare()
        var sessionsLeft = max(Self.smallestPart, part.sessions)
        var deliveriesLeft = max(Self.smallestPart, part.deliveries)
        while sessionsLeft > 0, !sessions.isClosing,
            let open = try await store.adoptSessions(limit: min(Self.batch, sessionsLeft))
        {
            Failpoint.hit(.sessionsAdopted)
            sessionsLeft -= Self.batch
            guard !open.isEmpty else { continue }
            metrics.tookOver(sessions: open.count)
            asLong(as: id) { sessions.takeOver(open) }
            logger.notice("Sessions taken over", metadata: ["count": "\(open.count)"])
        }
        while deliveriesLeft > 0, !sessions.isClosing,
            let due = try await store.adoptDeliveries(limit: min(Self.batch, deliveriesLeft))
        {
            deliveriesLeft -= Self.batch
            metrics.tookOver(deliveries: due.count)
            asLong(as: id) { deliveries.remind(due) }
        }
    }

    /// Tells the dispatcher of every pending delivery of the instance.
    private func resumeDeliveries(as id: InstanceID) async throws(StoreError) {
        let pageSize = 1000
        var last: DeliveryID?
        while true {
            let page = try await store.pendingDeliveries(after: last, limit: pageSize)
            asLong(as: id) { deliveries.resume(page) }
            guard page.count == pageSize else { return }
            last = page.last?.id
        }
    }

    /// Hears of what others did to what the instance owns, and of what it owns without knowing.
    private func lookAround(as id: InstanceID, _ reader: inout NewsReader) async throws(StoreError) {
        let query = reader.query(waitedFor: sessions.waitedFor, at: environment.now().wall)
        let reading = reader.read(
            try await store.news(query), isKnown: sessions.knows, isQueued: deliveries.knows)
        asLong(as: id) {
            sessions.hear(cancelled: reading.cancelled, ended: reading.ended)
            deliveries.remind(reading.overdue)
        }
        if reading.continuesParts { deliveries.catchUp() }
        if !reading.missing.isEmpty {
            let open = try await store.openSessions(reading.missing)
            asLong(as: id) { sessions.takeOver(open) }
        }
        if reading.adopts { try await takeOver(as: id, all: reading.adoptsAll) }
    }
}
