import BridgeCore
import PostgreSQLClient
import Testing

@testable import BridgeStore

/// When a transaction that came to nothing runs again.
@Suite struct RerunsTests {
    private let start = ContinuousClock.now

    private func error(_ kind: PostgreSQLError.Kind, _ state: String? = nil) -> PostgreSQLError {
        PostgreSQLError(kind, sqlState: state, message: "said")
    }

    @Test func whoWasInTheWayIsWaitedForSoOften() {
        for error in [error(.conflict), error(.unique), error(.other, "23503"), LookAgain()] as [any Error] {
            var reruns = Reruns(at: start)
            for _ in 0..<Reruns.maximumConflicts { #expect(reruns.wait(after: error, at: start, random: 0.5) != nil) }
            #expect(reruns.isRerun && !reruns.isInDoubt)
            #expect(reruns.wait(after: error, at: start, random: 0.5) == nil)
        }
    }

    @Test func aDatabaseThatIsAwayIsTriedForATime() {
        for kind in [PostgreSQLError.Kind.unavailable, .readOnly] {
            var reruns = Reruns(at: start)
            #expect(reruns.wait(after: error(kind), at: start + .seconds(3), random: 0) == .zero)
            #expect(reruns.wait(after: error(kind), at: start + .seconds(3), random: 0.5) == .milliseconds(10))
            #expect(reruns.wait(after: error(kind), at: start + Reruns.patience, random: 0) == nil)
        }
    }

    @Test func aCommitInDoubtIsTriedForLonger() {
        var reruns = Reruns(at: start)
        #expect(reruns.wait(after: error(.inDoubt), at: start + Reruns.patience, random: 0) != nil)
        #expect(reruns.isInDoubt)
        #expect(reruns.wait(after: error(.unavailable), at: start + .seconds(9), random: 0) != nil)
        #expect(reruns.wait(after: error(.unavailable), at: start + Reruns.patienceInDoubt, random: 0) == nil)
    }

    @Test func whatStaysWrongIsNotTriedAgain() {
        for error in [error(.timeout), error(.denied), error(.missing), error(.other), StoreError.unreadable("")]
            as [any Error]
        {
            var reruns = Reruns(at: start)
            #expect(reruns.wait(after: error, at: start, random: 0) == nil)
            #expect(!reruns.isRerun)
        }
    }
}
