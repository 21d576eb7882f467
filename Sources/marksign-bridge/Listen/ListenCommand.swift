import ArgumentParser
import BridgeCore
import BridgeServer
import CurlHTTP
import ServiceLifecycle
import StandardWebhooks

/// A receiver to look at webhooks with.
struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Print each webhook that arrives, and whether its signature holds; or replay those that were.",
        discussion: """
            Answers 204, or 401 when the signature does not hold. With --forward-to, the same bytes go on to another \
            receiver, and the sender gets the status that it answered.

            With --replay-since, it sends what the bridge has told since then to --forward-to once more: a new \
            receiver can be tried on yesterday's events, and nobody has to sign anything. The oldest event comes \
            first, each with its own id and bytes, signed now with --secret, or with a secret made for this run, which \
            is printed. Nothing of it is noted in the bridge. It exits with 0 when every answer was a 2xx, otherwise \
            with 1. The API key is read from MARKSIGN_BRIDGE_API_KEY or --api-key-file; no flag takes it, as flags \
            show in ps.

            EXAMPLES
              marksign-bridge listen --secret whsec_…
              marksign-bridge listen --forward-to http://localhost:3000/webhooks
              MARKSIGN_BRIDGE_API_KEY=mbk_… marksign-bridge listen \\
                --replay-since 24h --forward-to http://localhost:3000/webhooks
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port: UInt16 = 9191

    @Option(help: ArgumentHelp("The endpoint's secret, to check v1 signatures with.", valueName: "whsec_…"))
    var secret: String?

    @Option(help: ArgumentHelp("The endpoint's public key, to check v1a signatures with.", valueName: "whpk_…"))
    var publicKey: String?

    @Option(help: ArgumentHelp("Where to pass webhooks on.", valueName: "url"))
    var forwardTo: String?

    @OptionGroup(title: "Replay")
    var replay: ReplayOptions

    func run() async throws {
        let keys = try SignatureKeys(secret: secret, publicKey: publicKey)
        if let forwardTo, (try? RequestTarget(url: forwardTo)) == nil {
            throw ListenFailure("--forward-to is not an http or https URL")
        }
        let http = try HTTPClient(configuration: HTTPClientConfiguration())
        let forwarder = forwardTo.map { WebhookForwarder(url: $0, http: http) }
        let isGood: Bool
        do {
            if let since = try replay.since() {
                isGood = try await replayEvents(since: since, secret: keys.secret, to: forwarder, http: http)
            } else {
                try await listen(keys.verifier, forwarder)
                isGood = true
            }
        } catch {
            await http.shutdown()
            throw error
        }
        await http.shutdown()
        guard isGood else { throw ExitCode.failure }
    }

    private func listen(_ verifier: WebhookVerifier?, _ forwarder: WebhookForwarder?) async throws {
        try ListenAddress.check(ListenAddress(host: host, port: Int(port), hostName: "--host", portName: "--port"))
        try await ServiceGroup.untilSignalled(
            WebhookListener(host: host, port: Int(port), verifier: verifier, forwarder: forwarder))
    }

    /// Whether all of them were taken.
    private func replayEvents(
        since: Timestamp, secret: WebhookSecret?, to forwarder: WebhookForwarder?, http: HTTPClient
    ) async throws -> Bool {
        guard let forwarder else { throw ListenFailure("--replay-since needs --forward-to: where the events are sent") }
        guard publicKey == nil else {
            throw ListenFailure("--public-key checks what arrives; with --replay-since, nothing does")
        }
        let events = try await replay.archive(http: http).events(since: since)
        guard !events.isEmpty else {
            Console.write("The bridge has told of nothing since \(since).")
            return true
        }
        let made = WebhookSecret.generate()
        if secret == nil { Console.write("Signed with a secret made for this run: \(made.text)\n") }
        return await EventReplay(forwarder: forwarder, secret: secret ?? made).run(events)
    }
}
