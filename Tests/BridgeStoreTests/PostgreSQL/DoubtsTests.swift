import Testing

@testable import BridgeStore

/// How long commits wait for the standby because of one that is in doubt.
@Suite struct DoubtsTests {
    @Test func aDoubtIsOpenUntilALaterCommitHasWaited() {
        var doubts = Doubts()
        #expect(doubts.open == nil)
        let doubt = doubts.add()
        #expect(doubts.open == doubt)
        doubts.settle(doubt)
        #expect(doubts.open == nil)
    }

    @Test func aCommitThatBeganBeforeADoubtDoesNotEndIt() {
        var doubts = Doubts()
        let (first, second) = (doubts.add(), doubts.add())
        doubts.settle(first)
        #expect(doubts.open == second)
        doubts.settle(second)
        doubts.settle(first)
        #expect(doubts.open == nil)
    }
}
