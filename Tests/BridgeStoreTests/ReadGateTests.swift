import BridgeCore
import Foundation
import Synchronization
import Testing

@testable import BridgeStore

/// Long reads wait for each other, and nothing else waits for them.
@Suite struct ReadGateTests {
    /// Reads that do not end before they are let go.
    private final class SlowReads: Sendable {
        private let release = DispatchSemaphore(value: 0)
        private let begun = Mutex(0)
        private let ended = Mutex(0)

        var running: Int { begun.withLock(\.self) - ended.withLock(\.self) }

        func read(_ world: World, for client: ClientID?) async throws {
            try await world.store.readInTurn(for: client) { _ in
                self.begun.withLock { $0 += 1 }
                self.release.wait()
                self.ended.withLock { $0 += 1 }
            }
        }

        func letGo(_ count: Int) {
            for _ in 0..<count { release.signal() }
        }
    }

    /// In which order some got in.
    private final class Order: Sendable {
        private let places = Mutex<[Int]>([])
        var value: [Int] { places.withLock(\.self) }
        func append(_ place: Int) { places.withLock { $0.append(place) } }
    }

    @Test func whatMustNotWaitDoesNot() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let (session, due) = try await world.delivery()
        let slow = SlowReads()
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await slow.read(world, for: id()) } }
            defer { slow.letGo(20) }
            try await eventually { slow.running == ReadGate.width && world.store.gate.depth == 20 - ReadGate.width }
            let answered = Order()
            group.addTask {
                let work = try await world.store.work(for: due.id)
                let read = try await world.store.session(session.id, client: world.client)
                let key = try await world.store.apiKey("x")
                #expect(work != nil && read != nil && key == nil)
                answered.append(1)
            }
            try await eventually { answered.value == [1] }
            #expect(slow.running == ReadGate.width)
        }
    }

    @Test func aClientReadsForLongOnceAtATime() async throws {
        let world = try await World()
        let slow = SlowReads()
        let gate = world.store.gate
        try await withThrowingTaskGroup { group in
            defer { slow.letGo(20) }
            for _ in 0..<5 { group.addTask { try await slow.read(world, for: world.client) } }
            try await eventually { slow.running == 1 && gate.depth == 4 }
            // Another is not behind them.
            group.addTask { try await slow.read(world, for: world.other) }
            try await eventually { slow.running == 2 }
            #expect(gate.depth == 4)
        }
        #expect(gate.depth == 0)
        // All places are free again.
        #expect(try await world.store.events(EventQuery(), client: world.client, page: ListTests.all).elements == [])
    }

    @Test func whoCameFirstGetsInFirst() async throws {
        let gate = ReadGate()
        let order = Order()
        let clients: [ClientID] = (0..<5).map { _ in id() }
        for client in clients.prefix(ReadGate.width) { #expect(await gate.enter(client)) }
        try await withThrowingTaskGroup { group in
            // The second waits for its own client, and holds nobody up.
            for (place, client) in [(0, clients[3]), (1, clients[0]), (2, clients[4])] {
                group.addTask {
                    #expect(await gate.enter(client))
                    order.append(place)
                }
                try await eventually { gate.depth == place + 1 }
            }
            gate.leave(clients[1])
            try await eventually { order.value == [0] }
            gate.leave(clients[2])
            try await eventually { order.value == [0, 2] }
            #expect(gate.depth == 1)
            gate.leave(clients[0])
        }
        #expect(order.value == [0, 2, 1])
    }

    @Test func whoIsCancelledLeaves() async throws {
        let gate = ReadGate()
        let clients: [ClientID] = (0...ReadGate.width).map { _ in id() }
        for client in clients.dropLast() { #expect(await gate.enter(client)) }
        let waiting = Task { await gate.enter(clients[ReadGate.width]) }
        try await eventually { gate.depth == 1 }
        waiting.cancel()
        #expect(await waiting.value == false)
        #expect(gate.depth == 0)
        gate.leave(clients[0])
        // Cancelled before it waits: not even with a place free.
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await gate.enter(nil)
        }
        #expect(await late.value == false)
        // It holds no place.
        let order = Order()
        let again = Task {
            if await gate.enter(clients[ReadGate.width]) { order.append(1) }
        }
        defer { again.cancel() }
        try await eventually { order.value == [1] }
    }

    @Test func aCancelledReadIsAnError() async throws {
        let world = try await World()
        #expect(await world.store.gate.enter(world.client))
        let list = Task { try await world.store.events(EventQuery(), client: world.client, page: ListTests.all) }
        try await eventually { world.store.gate.depth == 1 }
        list.cancel()
        await #expect(throws: StoreError.self) { try await list.value }
        world.store.gate.leave(world.client)
    }

    @Test func cancellingAndLeavingAtOnceLosesNoPlace() async throws {
        let gate = ReadGate()
        let clients: [ClientID] = (0..<8).map { _ in id() }
        await withTaskGroup { group in
            for number in 0..<400 {
                group.addTask {
                    let client = clients[number % clients.count]
                    let reader = Task {
                        guard await gate.enter(client) else { return }
                        await Task.yield()
                        gate.leave(client)
                    }
                    if number.isMultiple(of: 3) {
                        if number.isMultiple(of: 2) { await Task.yield() }
                        reader.cancel()
                    }
                    await reader.value
                }
            }
        }
        #expect(gate.depth == 0)
        for client in clients.prefix(ReadGate.width) { #expect(await gate.enter(client)) }
    }
}
