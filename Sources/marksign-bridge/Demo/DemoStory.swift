import BridgeServer
import CurlHTTP
import Foundation
import Marksign
import MarksignSandbox
import ServiceLifecycle
import StrictJSON

/// What the demo does and tells, step by step.
struct DemoStory {
    let stage: DemoStage.Running
    let http: HTTPClient

    /// How long one signing may take before the demo is called failed.
    private static let patience: Duration = .seconds(60)

    func tell() async throws {
        Console.write(
            """
            Marksign Bridge: a demo on this machine only.

              sandbox   http://127.0.0.1:\(stage.sandboxPort)   plays Marksign and the signer's phone
              bridge    http://127.0.0.1:\(stage.ports.api)   keeps the access token, polls, delivers
              receiver  http://127.0.0.1:\(stage.receiverPort)   the application that wants to know

            1. The application registers where it wants its events.
            """)
        let endpoint = try await api.post(
            "/v1/endpoints", ["url": "http://127.0.0.1:\(stage.receiverPort)/webhooks"])
        guard let secret = endpoint["secret"]?.string else { throw DemoFailure("the endpoint came without a secret") }
        try stage.receiver.trust(secret)
        Console.write("   POST /v1/endpoints → \(endpoint.text("id")), signed with a secret of its own\n")
        let steps = Task { for await event in stage.steps { show(event) } }
        defer { steps.cancel() }
        var webhooks = stage.receiver.webhooks.makeAsyncIterator()

        Console.write("2. It starts the signing of a PDF (\(SampleContract.pdf.count) bytes).")
        let document = try await api.start(DemoRequests.document)
        let file = try await webhook(&webhooks, of: document)
        guard let digest = file["data"]?["file"]?.text("sha256") else { throw DemoFailure("the webhook has no file") }
        let signed = try await api.file("/v1/sessions/\(document)/file")
        let held = DigestAlgorithm.sha256.hex(of: signed) == digest
        Console.write("   GET /v1/sessions/\(document)/file → \(signed.count) bytes, SHA-256 as told: \(held)\n")
        guard held else { throw DemoFailure("the file is not the one that the webhook told of") }

        Console.write("3. It starts the signing of a hash.")
        let hash = try await api.start(DemoRequests.hash)
        let signature = try await webhook(&webhooks, of: hash)
        guard signature["data"]?["signature_value"]?.string != nil else {
            throw DemoFailure("the webhook has no signature value")
        }
        Console.write("Both webhooks came, and their signatures hold.")
    }

    /// Waits for somebody to look around.
    static func leaveRunning(_ stage: DemoStage.Running) async throws {
        let base = "http://127.0.0.1:\(stage.ports.api)"
        Console.write(
            """

            Everything goes on running; Ctrl-C ends it. To try:

              export KEY=\(stage.apiKey)
              curl -H "Authorization: Bearer $KEY" \(base)/v1/sessions
              curl -H "Authorization: Bearer $KEY" \(base)/v1/events
              curl -H "Authorization: Bearer $KEY" \(base)/v1/deliveries
              curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
                -d '\(String(decoding: DemoRequests.hash, as: UTF8.self))' \\
                \(base)/v1/sessions
              curl http://127.0.0.1:\(stage.ports.admin)/metrics
            """)
        for await webhook in stage.receiver.webhooks.cancelOnGracefulShutdown() {
            Console.write("\nwebhook \(webhook.id)")
        }
    }

    private var api: DemoAPI { DemoAPI(port: stage.ports.api, key: stage.apiKey, http: http) }

    private func webhook(
        _ webhooks: inout AsyncStream<DemoReceiver.Delivered>.AsyncIterator, of session: String
    ) async throws -> JSON {
        let timeout = Task {
            try await Task.sleep(for: Self.patience)
            stage.receiver.stopWaiting()
        }
        defer { timeout.cancel() }
        while let webhook = await webhooks.next() {
            let body = try JSON.parse(webhook.body)
            guard body["data"]?.text("session_id") == session else { continue }
            Console.write("   webhook \(webhook.id), the signature holds:")
            Console.write(PrettyJSON.text(body).split(separator: "\n").map { "     \($0)" }.joined(separator: "\n"))
            return body
        }
        throw DemoFailure("no webhook of \(session) within \(Self.patience)")
    }

    private func show(_ event: SandboxEvent) {
        switch event.step {
        case .phoneAsked(let code): Console.write("   the phone asks the signer to compare the control code \(code)")
        case .waiting: Console.write("   the bridge polls Marksign: waiting")
        case .signed: Console.write("   the bridge polls Marksign: signed")
        case .refused, .expired, .removed: Console.write("   the bridge polls Marksign: \(event.step)")
        }
    }
}

extension JSON {
    /// A member's text, for showing.
    fileprivate func text(_ key: String) -> String {
        self[key]?.string ?? "?"
    }
}
