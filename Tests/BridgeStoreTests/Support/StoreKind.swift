import Testing

/// The engines on which tests of the store run.
enum StoreKind: CaseIterable {
    case sqlite, postgreSQL

    /// On which one the present test runs.
    @TaskLocal static var current = StoreKind.sqlite
}

/// Runs tests once on each engine.
struct EachStore: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        for kind in StoreKind.allCases {
            try await StoreKind.$current.withValue(kind) {
                kind == .sqlite ? try await function() : try await PostgreSQLTurns.shared.take(function)
            }
        }
    }
}

extension Trait where Self == EachStore {
    /// Runs tests once on each engine.
    static var eachStore: Self { Self() }
}

/// Lets a few tests at once use the server, whose connections are counted.
actor PostgreSQLTurns {
    static let shared = PostgreSQLTurns()

    private var free = 6
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take(_ body: @Sendable () async throws -> Void) async throws {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        defer { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
        try await body()
    }
}
