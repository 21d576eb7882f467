import Synchronization

/// One thread with its transfers and connections, seen from outside.
final class Engine: Sendable {
    private let mailbox: Mailbox
    private let lastID = Atomic<UInt>(0)

    init(configuration: HTTPClientConfiguration, resolver: Resolver) throws {
        // Made here so that a faulty setting throws; nothing but its thread touches it from then on.
        nonisolated(unsafe) let loop = try EngineLoop(configuration: configuration, resolver: resolver)
        let mailbox = loop.mailbox
        self.mailbox = mailbox
        let isStarted = DetachedThread.start {
            loop.run()
            loop.close()
            mailbox.finish()
        }
        guard isStarted else {
            loop.close()
            throw HTTPClientConfiguration.InvalidSetting(description: "engines: the system has no thread to give")
        }
    }

    func perform(_ request: HTTPClientRequest, to target: RequestTarget, since submitted: ContinuousClock.Instant) async
        -> Result<Transfer.Reply, HTTPClientError>
    {
        let id = lastID.add(1, ordering: .relaxed).newValue
        let cancellation = Cancellation()
        let headerLines = StringList(request.headerLines())
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let transfer = Transfer(
                    id: id, request: request, target: target, headerLines: headerLines, submitted: submitted,
                    cancellation: cancellation, continuation: continuation)
                if !mailbox.post(.start(transfer)) {
                    continuation.resume(returning: .failure(.shutdown))
                }
            }
        } onCancel: {
            cancellation.set()
            _ = mailbox.post(.cancel(id))
        }
    }

    /// Begins to end the thread; what is under way fails.
    func close() {
        mailbox.close()
    }

    /// Returns once the thread has let go of everything.
    func waitUntilClosed() async {
        await mailbox.waitUntilFinished()
    }
}
