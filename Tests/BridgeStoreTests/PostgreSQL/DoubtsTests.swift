import Testing

@testable import BridgeStore

/// How long commits wait for the standby because of one that is in doubt.
@Suite struct DoubtsTests {
    @Test func aDoubtIsOpenUntilALaterCommitHasWaited() throws {
        var doubts = Doubts()
        #expect(doubts.open == nil)
        doubts.add()
        let doubt = try #require(doubts.open)
        doubts.settle(doubt)
        #expect(doubts.open == nil)
    }

    @Test func aCommitThatBeganBeforeADoubtDoesNotEndIt() throws {
        var doubts = Doubts()
        doubts.add()
        let first = try #require(doubts.open)
        doubts.add()
        let second = try #require(doubts.open)
        doubts.settle(first)
        #expect(doubts.open == second)
        doubts.settle(second)
        doubts.settle(first)
        #expect(doubts.open == nil)
    }
}
