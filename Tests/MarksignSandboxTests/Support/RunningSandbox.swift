import Logging
import MarksignSandbox
import ServiceLifecycle

/// Runs a sandbox on a free port for the time of `body`, then shuts it down gracefully.
func withSandbox<Result: Sendable>(
    _ configuration: SandboxConfiguration = SandboxConfiguration(signingTime: .zero),
    onEvent: (@Sendable (SandboxEvent) -> Void)? = nil,
    _ body: @escaping @Sendable (_ sandbox: Sandbox, _ port: Int) async throws -> Result
) async throws -> Result {
    let logger = Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() }
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let sandbox = Sandbox(configuration: configuration, logger: logger, onEvent: onEvent) { port in
        continuation.yield(port)
        continuation.finish()
    }
    let group = ServiceGroup(configuration: .init(services: [.init(service: sandbox)], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
        }
        for await port in ports {
            let result = try await body(sandbox, port)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
        try await tasks.waitForAll()
        throw CancellationError()
    }
}
