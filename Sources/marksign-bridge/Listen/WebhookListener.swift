import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import StandardWebhooks

/// Receives webhooks and shows them.
struct WebhookListener: Service {
    let host: String
    let port: Int
    /// `nil`: signatures are not checked.
    let verifier: WebhookVerifier?
    let forwarder: WebhookForwarder?

    /// Webhooks carry no files: more than this is none.
    private static let maximumBody = 1 << 20

    func run() async throws {
        let router = Router()
        // "**" stands for one or more parts of a path: not for the root.
        for path in ["/", "**"] as [RouterPath] {
            for method in [HTTPRequest.Method.post, .put] {
                router.on(path, method: method) { request, _ in try await receive(request) }
            }
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "marksign-bridge-listen"),
            onServerRunning: { [host] channel in
                Console.write("Listening on http://\(host):\(channel.localAddress?.port ?? 0)")
            },
            logger: .quiet("listen"))
        try await application.run()
    }

    private func receive(_ request: Request) async throws -> Response {
        let body = Array(try await request.body.collect(upTo: Self.maximumBody).readableBytesView)
        let webhook = ReceivedWebhook(
            headers: request.headers.map { ($0.name.canonicalName, $0.value) }, body: body)
        let verdict = webhook.verdict(of: verifier)
        // One write for all of it, so that webhooks that arrive together do not mix.
        Console.write(webhook.shown(at: Date(), verdict: verdict))
        guard let forwarder else { return Response(status: verdict.isRefusal ? .unauthorized : .noContent) }
        let answer = await forwarder.forward(webhook)
        Console.write("  → \(answer.told(by: forwarder.url))")
        // Of a receiver that does not answer, the sender is told what gateways tell.
        return Response(status: HTTPResponse.Status(code: answer.status ?? 502))
    }
}
