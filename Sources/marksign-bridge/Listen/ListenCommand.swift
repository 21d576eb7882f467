import ArgumentParser
import BridgeServer
import CurlHTTP
import ServiceLifecycle
import StandardWebhooks

/// A receiver to look at webhooks with.
struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Print each webhook that arrives, and whether its signature holds.",
        discussion: """
            Answers 204, or 401 when the signature does not hold. With --forward-to, the same bytes go on to another \
            receiver, and the sender gets the status that it answered.

            EXAMPLES
              marksign-bridge listen --secret whsec_…
              marksign-bridge listen --forward-to http://localhost:3000/webhooks
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port: UInt16 = 9191

    @Option(help: ArgumentHelp("The endpoint's secret. Without it, signatures are not checked.", valueName: "whsec_…"))
    var secret: String?

    @Option(help: ArgumentHelp("Where to pass webhooks on.", valueName: "url"))
    var forwardTo: String?

    func validate() throws {
        guard let forwardTo else { return }
        do throws(HTTPClientError) {
            _ = try RequestTarget(url: forwardTo)
        } catch {
            throw ValidationError("--forward-to is not an http or https URL")
        }
    }

    func run() async throws {
        try ListenAddress.check(ListenAddress(host: host, port: Int(port), hostName: "--host", portName: "--port"))
        let verifier = try secret.map { text in
            do throws(WebhookSecretError) {
                return WebhookVerifier(secrets: [try WebhookSecret(text)])
            } catch {
                throw ValidationError("--secret is not a webhook secret: whsec_ and base64 of 24 to 64 bytes")
            }
        }
        let http = try HTTPClient(configuration: HTTPClientConfiguration())
        let listener = WebhookListener(
            host: host, port: Int(port), verifier: verifier,
            forwarder: forwardTo.map { WebhookForwarder(url: $0, http: http) })
        try await ServiceGroup.untilSignalled(listener)
        await http.shutdown()
    }
}
