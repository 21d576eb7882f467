import Testing

@testable import PostgreSQLClient

@Suite("Backoff")
struct BackoffTests {
    @Test("The bound doubles up to the cap, and all of it is random")
    func bounds() {
        var backoff = Backoff(base: .milliseconds(100), cap: .seconds(1))
        let bounds: [Int] = [100, 200, 400, 800, 1000, 1000]
        for bound in bounds { #expect(backoff.fail(random: 1) == .milliseconds(bound)) }
        #expect(backoff.fail(random: 0) == .zero)
        #expect(backoff.fail(random: 0.5) == .milliseconds(500))
        for _ in 0..<100 { #expect(backoff.fail(random: 1) == .seconds(1)) }
        backoff.succeed()
        #expect(backoff.fail(random: 1) == .milliseconds(100))
    }
}
