import Testing

/// The simulation runs on a model of the store. What holds there holds for the real one as far as both are the same.
@Suite("The simulation's model of the store", .eachStore)
struct ModelStoreTests {
    @Test("answers as the real store does, whatever is asked of both", arguments: 1...8)
    func twins(seed: UInt64) async throws {
        let twins = try await TwinStores(seed: seed)
        for step in 1...400 { try await twins.step(step) }
        #expect(twins.asked.count == TwinStores.Question.allCases.count)
    }
}
