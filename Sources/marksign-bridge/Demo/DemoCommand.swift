import ArgumentParser
import BridgeServer
import CurlHTTP
import Foundation
import Logging
import MarksignSandbox

/// The whole thing at once, for somebody who wants to see it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show a document signing and a hash signing from start to webhook.",
        discussion: """
            Runs the sandbox, the bridge (its store in a temporary folder) and a receiver of webhooks in one process, \
            signs a PDF and a hash, and shows each step. Exits 0 when both webhooks came and their signatures hold. \
            Nothing leaves this machine.

            EXAMPLES
              marksign-bridge demo
              marksign-bridge demo --keep
            """)

    @Flag(help: "Leave everything running at the end, and print commands to try. Ctrl-C ends it.")
    var keep = false

    @Option(help: "How long the signer takes to sign.")
    var signingTime = DurationArgument(.seconds(4))

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "marksign-bridge-demo-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let http = try HTTPClient(configuration: HTTPClientConfiguration())
        do {
            let stage = DemoStage(folder: folder.path(percentEncoded: false), signingTime: signingTime.duration)
            try await stage.with(http: http) { stage in
                try await DemoStory(stage: stage, http: http).tell()
                if keep { try await DemoStory.leaveRunning(stage) }
            }
        } catch let error as DemoFailure {
            await http.shutdown()
            Console.write("\nThe demo failed: \(error.description)")
            throw ExitCode.failure
        }
        await http.shutdown()
    }
}

/// Why the demo did not come to its end.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
