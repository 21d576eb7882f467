import BridgeCore
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct EndpointOptionTests {
    static let later = World.start + .seconds(60)

    static let options = EndpointOptions(
        ordered: true, timeout: .milliseconds(2500), retrySchedule: [.seconds(1), .seconds(7200)], rateLimit: 10,
        signature: .v1a,
        headers: [
            EndpointHeader(name: "Authorization", value: "Bearer of-the-receiver", isSecret: true),
            EndpointHeader(name: "x-team", value: "\"payments\"", isSecret: false),
        ],
        tls: EndpointTLS(
            certificateAuthorities: "PEM of the authority",
            identity: .init(certificateChain: "PEM of the certificate\n", privateKey: "PEM of the key")))

    static let variants: [EndpointOptions] = [
        EndpointOptions(), options, EndpointOptions(retrySchedule: []),
        EndpointOptions(tls: EndpointTLS(certificateAuthorities: "PEM")),
        EndpointOptions(tls: EndpointTLS(identity: .init(certificateChain: "chain", privateKey: "key"))),
    ]

    @Test(arguments: variants.indices) func optionsAreKept(_ index: Int) async throws {
        let options = Self.variants[index]
        let world = try await World(keys: index == 1 ? [World.key32] : [])
        let endpoint = try await world.endpoint(options: options)
        let (_, due) = try await world.delivery()
        let read = try await world.store.endpoint(endpoint, client: world.client)
        #expect(read?.options == options)
        let page = PageRequest(limit: 10, after: nil)
        #expect(try await world.store.endpoints(client: world.client, page: page).elements == [read])
        #expect(try await world.store.work(for: due.id)?.endpoint == read)
        #expect(due.lane == read?.lane)
        #expect(try await world.store.pendingDeliveries(after: nil, limit: 10) == [due])
    }

    @Test func aChangeKeepsWhatItDoesNotName() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint(options: Self.options)
        var change = EndpointChange()
        change.url = "https://new.example/"
        change.description = "new"
        let foreign = try await world.store.changeEndpoint(endpoint, client: world.other, change, at: Self.later)
        #expect(foreign?.endpoint == nil)
        let before = try #require(try await world.store.endpoint(endpoint, client: world.client))
        let changed = try await world.store.changeEndpoint(endpoint, client: world.client, change, at: Self.later)
        #expect(changed?.endpoint == before.changed(by: change))
        #expect(changed?.endpoint.options == Self.options)
        #expect(changed?.due == [])
        #expect(try await world.store.endpoint(endpoint, client: world.client) == changed?.endpoint)
    }

    static let changes: [@Sendable (inout EndpointChange) -> Void] = [
        { $0.events = EventFilter(["session.failed", "session.unknown"]) },
        { $0.ordered = false }, { $0.timeout = .some(nil) }, { $0.retrySchedule = .some([]) },
        { $0.retrySchedule = .some(nil) }, { $0.rateLimit = .some(nil) }, { $0.signature = .v1 },
        { $0.headers = [] }, { $0.tls = .some(nil) },
        { $0.tls = .some(EndpointTLS(certificateAuthorities: "another")) },
        { $0.headers = [EndpointHeader(name: "x", value: "y", isSecret: false)] },
    ]

    @Test(arguments: changes.indices) func aChangeIsKept(_ index: Int) async throws {
        let world = try await World(keys: [World.key32])
        let endpoint = try await world.endpoint(options: Self.options)
        let (_, due) = try await world.delivery()
        let before = try await world.store.endpoint(endpoint, client: world.client)
        let changed = try await world.change(endpoint, Self.changes[index])?.endpoint
        #expect(changed != before)
        #expect(try await world.store.endpoint(endpoint, client: world.client) == changed)
        #expect(try await world.store.work(for: due.id)?.keys == EndpointKeys(current: .first))
    }
}
