import CCurl

/// What an engine's thread does: takes commands, drives libcurl's multi handle, and hands replies back.
///
/// A transfer waits (for its addresses, then for a free handle), runs on a handle, and is finished exactly once, when
/// it leaves `transfers`. While it waits its deadline is kept here; while it runs, by libcurl, but for the one of a
/// body that need not be whole. This file has the turns of the thread, `EngineLoop+Transfers.swift` the life of a
/// transfer.
final class EngineLoop {
    let mailbox: Mailbox

    let multi: OpaquePointer
    private let share: OpaquePointer
    let resolver: Resolver
    let settings: EasyHandle.Settings

    /// Everything that is not finished.
    var transfers: [UInt: Transfer] = [:]
    /// Those that only wait for a free handle; ids of finished ones may be among them.
    var queue = FIFO<UInt>()
    /// Made when first used; the index is the handle's private id.
    var handles: [EasyHandle?]
    var freeHandles: [Int]
    /// Of what waits, and of what may not read on for ever.
    let expiry = ExpiryClock()
    /// Replies that are handed over at the end of a turn.
    var finished: [(Transfer.Continuation, Result<Transfer.Reply, HTTPClientError>)] = []

    init(configuration: HTTPClientConfiguration, resolver: Resolver) throws {
        guard let multi = curl_multi_init(), let share = curl_share_init() else {
            throw HTTPClientConfiguration.InvalidSetting(description: "libcurl has no memory")
        }
        self.multi = multi
        self.share = share
        self.resolver = resolver
        mailbox = Mailbox(multi: multi)
        settings = EasyHandle.Settings(
            share: share, caFile: configuration.caFile, userAgent: configuration.userAgent,
            connectionLifetime: configuration.connectionLifetime, expiry: expiry)
        handles = Array(repeating: nil, count: configuration.transfersPerEngine)
        freeHandles = Array((0..<configuration.transfersPerEngine).reversed())
        do {
            guard ccurl_multi_set_max_connects(multi, configuration.maxConnections) == CURLM_OK,
                ccurl_multi_disable_multiplexing(multi) == CURLM_OK, ccurl_share_tls_sessions(share) == CURLSHE_OK
            else { throw EasyHandle.OptionFault(code: CURLE_UNKNOWN_OPTION) }
            // Finds out now, and not with the first request, whether libcurl takes every option.
            handles[0] = try EasyHandle(index: 0, settings: settings)
        } catch {
            close()
            throw HTTPClientConfiguration.InvalidSetting(description: "libcurl refused an option: \(error)")
        }
    }

    /// Works until the mailbox is closed, then fails what is left.
    func run() {
        var commands: [Mailbox.Command] = []
        while mailbox.take(into: &commands) {
            apply(&commands)
            perform()
            let now = ContinuousClock.now
            expire(at: now)
            launchQueued()
            deliver()
            sleep(from: now)
        }
        apply(&commands)
        for transfer in transfers.values { abandon(transfer, .shutdown) }
        deliver()
    }

    /// Frees the handles in the order that libcurl asks for; every transfer is finished.
    func close() {
        handles = []
        curl_multi_cleanup(multi)
        curl_share_cleanup(share)
    }

    private func apply(_ commands: inout [Mailbox.Command]) {
        for command in commands {
            switch command {
            case .start(let transfer): admit(transfer)
            case .readOn(let id): transfers[id].map(readOn)
            case .cancel(let id): transfers[id].map { abandon($0, .cancelled) }
            case .resolved(let id, let result): transfers[id].map { resolved($0, result) }
            }
        }
        commands.removeAll(keepingCapacity: true)
    }

    private func perform() {
        var running: CInt = 0
        let code = curl_multi_perform(multi, &running)
        guard code == CURLM_OK else {
            // libcurl asks for all handles to be removed before it goes on.
            let message = String(cString: curl_multi_strerror(code))
            for case .some(let transfer) in handles.map({ $0?.transfer }) {
                abandon(transfer, HTTPClientError(kind: .protocolError, message: message))
            }
            return
        }
        var index: UInt = 0
        var result = CURLE_OK
        while ccurl_multi_next_done(multi, &index, &result) { complete(Int(index), result) }
    }

    private func launchQueued() {
        while !freeHandles.isEmpty, let id = queue.popFirst() {
            if let transfer = transfers[id] { launch(transfer) }
        }
    }

    /// Ends what has waited too long. A look at everything is taken at most a hundred times a second.
    private func expire(at now: ContinuousClock.Instant) {
        guard let due = expiry.next, due <= now else { return }
        var next: ContinuousClock.Instant?
        for transfer in transfers.values {
            guard let deadline = transfer.ownDeadline else { continue }
            if deadline <= now {
                abandon(transfer, .waitedTooLong)
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        expiry.next = next.map { max($0, now.advanced(by: .milliseconds(10))) }
    }

    private func deliver() {
        for (continuation, result) in finished { continuation.resume(returning: result) }
        finished.removeAll(keepingCapacity: true)
    }

    private func sleep(from now: ContinuousClock.Instant) {
        guard mailbox.prepareToSleep() else { return }
        let limit = expiry.next.map { now.duration(to: $0) } ?? .seconds(60)
        curl_multi_poll(multi, nil, 0, CInt(limit.boundedMilliseconds), nil)
    }
}
