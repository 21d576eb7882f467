import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import StandardWebhooks
import Synchronization

/// The application that waits for webhooks.
final class DemoReceiver: Service {
    /// A webhook whose signature holds.
    struct Delivered: Sendable {
        let id: String
        let body: [UInt8]
    }

    /// The webhooks, in the order in which they came.
    let webhooks: AsyncStream<Delivered>

    private let delivered: AsyncStream<Delivered>.Continuation
    private let verifier = Mutex<WebhookVerifier?>(nil)
    private let onRunning: @Sendable (Int) -> Void

    init(onRunning: @escaping @Sendable (Int) -> Void) {
        self.onRunning = onRunning
        (webhooks, delivered) = AsyncStream.makeStream()
    }

    /// Sets the secret that the endpoint was given.
    func trust(_ secret: String) throws {
        let trusted = WebhookVerifier(secrets: [try WebhookSecret(secret)])
        verifier.withLock { $0 = trusted }
    }

    /// Nobody waits for webhooks any longer.
    func stopWaiting() {
        delivered.finish()
    }

    func run() async throws {
        let router = Router()
        router.post("webhooks") { [self] request, _ in
            let body = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
            let webhook = ReceivedWebhook(
                headers: request.headers.map { ($0.name.canonicalName, $0.value) }, body: body)
            guard webhook.verdict(of: verifier.withLock { $0 }) == .holds,
                let id = webhook.header(WebhookHeaders.idName)
            else { return HTTPResponse.Status.unauthorized }
            delivered.yield(Delivered(id: id, body: body))
            return .noContent
        }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { [onRunning] in onRunning($0.localAddress?.port ?? 0) }, logger: .quiet("receiver"))
        try await application.run()
    }
}
