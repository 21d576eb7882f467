import ArgumentParser
import BridgeServer
import Logging
import MarksignSandbox
import ServiceLifecycle

/// The stand-in for Marksign.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run a stand-in for Marksign, for demos and tests.",
        discussion: """
            Answers Marksign's Smart-ID signing paths. The signer's personal code decides how a signing ends; the \
            page / lists the codes. Whoever signs here binds nobody.

            EXAMPLES
              marksign-bridge sandbox
              marksign-bridge sandbox --signing-time 1s --faults 0.2 --seed 7
              MARKSIGN_ACCESS_TOKEN=any marksign-bridge serve \\
                --marksign-base-url http://127.0.0.1:9090
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port: UInt16 = 9090

    @Option(help: "How long a signer takes to sign or to refuse.")
    var signingTime = DurationArgument(.seconds(5))

    @Option(help: "How long a session waits for a signer who does nothing.")
    var sessionTimeout = DurationArgument(.seconds(90))

    @Option(help: "How long every answer takes.")
    var latency = DurationArgument(.zero)

    @Option(help: ArgumentHelp("The share of answers that are faulty, from 0 to 1.", valueName: "rate"))
    var faults = 0.0

    @Option(help: "What the faults are drawn from: the same seed, the same faults.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (0...1).contains(faults) else { throw ValidationError("--faults is a rate from 0 to 1") }
    }

    func run() async throws {
        try ListenAddress.check(ListenAddress(host: host, port: Int(port), hostName: "--host", portName: "--port"))
        let host = host
        let sandbox = Sandbox(
            configuration: SandboxConfiguration(
                host: host, port: Int(port), signingTime: signingTime.duration, sessionTimeout: sessionTimeout.duration,
                latency: latency.duration, faultRate: faults, seed: seed),
            logger: .quiet("sandbox"),
            onEvent: { Console.write("\($0.kind.rawValue) \($0.token): \($0.step.told)") },
            onRunning: { port in
                Console.write("The sandbox listens on http://\(host):\(port): a test double, signatures bind nobody.")
            })
        try await ServiceGroup.untilSignalled(sandbox)
    }
}

extension SandboxEvent.Step {
    /// The step in words; polls that find nothing new are told too.
    fileprivate var told: String {
        switch self {
        case .phoneAsked(let code): "the phone shows the control code \(code)"
        case .waiting: "polled, still waiting"
        case .signed: "signed"
        case .refused: "refused"
        case .expired: "not answered in time"
        case .removed: "removed"
        }
    }
}
