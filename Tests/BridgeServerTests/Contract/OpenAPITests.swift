import BridgeCore
import BridgeRuntime
import BridgeStore
import Foundation
import HTTPTypes
import Logging
import Testing

@testable import BridgeServer

@Suite("The contract")
struct OpenAPITests {
    private let contract = Contract(OpenAPIDocument.bytes)

    @Test("describes exactly the operations that are routed")
    func operations() async throws {
        let routed = try await Self.routes().map {
            Contract.Operation(method: $0.method.rawValue, path: $0.pattern.text, id: $0.operationID)
        }
        #expect(Set(contract.operations) == Set(routed))
        #expect(contract.operations.count == routed.count)
    }

    @Test("names every problem", arguments: ProblemCode.allCases)
    func problems(code: ProblemCode) {
        #expect(contract.words.contains(Substring(code.rawValue)))
    }

    @Test("names every reason for which a session ends", arguments: SessionErrorCode.allCases)
    func reasons(code: SessionErrorCode) {
        #expect(contract.words.contains(Substring(code.rawValue)))
    }

    @Test("names every event", arguments: EventType.allCases)
    func events(type: EventType) {
        #expect(contract.webhooks.contains(type.rawValue))
    }

    private static func routes() async throws -> [Route] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "store.sqlite")
        let store = try SQLStore.open(path: file.path, logger: Logger(label: "contract"))
        let environment = BridgeRuntime.Environment(
            now: { Moment(wall: Timestamp(milliseconds: 0), tick: Tick(nanoseconds: 0)) }, random: { 0 })
        let table = RouteTable(
            APIDependencies(
                store: store, sessions: FakeSessions(store: store, environment: environment), wake: { _ in },
                recover: {}, endpointChanged: { _ in }, environment: environment, publicURL: nil,
                addressFault: { _ in nil }, openAPI: []))
        await store.close()
        return table.routes
    }
}
