import BridgeCore
import Testing

@Suite("Dispatcher: turns")
struct DispatcherFairnessTests {
    /// A queue of deliveries for one endpoint.
    func queue(_ endpoint: String, of client: String, count: Int = 200) -> [DueDelivery] {
        (0..<count).map { due("\(endpoint)-\($0)", to: endpoint, of: client) }
    }

    func count(_ names: [String], to endpoint: String) -> Int {
        names.count { $0.hasPrefix(endpoint + "-") }
    }

    @Test("the bound in all is shared in turn")
    func turns() {
        var harness = DispatcherHarness(total: 4)
        #expect(Set(harness.add(queue("a", of: "c") + queue("b", of: "c"), at: 0)) == ["a-0", "b-0"])
    }

    @Test("a client with a hundred busy endpoints gets no more than one with a single one")
    func clients() {
        var harness = DispatcherHarness(total: 2, each: 2)
        let many = (0..<100).flatMap { queue("m\($0)", of: "many", count: 4) }
        var underWay = harness.add(many + queue("one", of: "one"), at: 0)
        #expect(count(underWay, to: "one") == 1)
        var ofOne = 0
        for step in 0..<200 {
            let name = underWay.removeFirst()
            ofOne += count([name], to: "one")
            underWay += harness.succeed(name, at: Double(step))
            #expect(underWay.count == 2)
            #expect(count(underWay, to: "one") == 1)
        }
        #expect(ofOne == 100)
    }

    @Test("clients that hold as much get their turns one after another, however many endpoints they have")
    func rotation() {
        var harness = DispatcherHarness(total: 1)
        let queues = ["x1", "x2", "x3"].flatMap { queue($0, of: "x") } + queue("y", of: "y") + queue("z", of: "z")
        var underWay = harness.add(queues, at: 0)
        var order = ""
        for step in 0..<9 {
            let name = underWay.removeFirst()
            order += name.prefix(1)
            underWay += harness.succeed(name, at: Double(step))
        }
        #expect(order == "xyzxyzxyz")
    }

    @Test("the endpoints of a client get their turns one after another")
    func endpoints() {
        var harness = DispatcherHarness(total: 1)
        var underWay = harness.add(["a", "b", "d"].flatMap { queue($0, of: "c") }, at: 0)
        var order: [String] = []
        for step in 0..<9 {
            let name = underWay.removeFirst()
            order.append(String(name.prefix(1)))
            underWay += harness.succeed(name, at: Double(step))
        }
        #expect(order == ["a", "b", "d", "a", "b", "d", "a", "b", "d"])
    }

    @Test("who holds slots by hanging gets the next free one last")
    func hanging() {
        var harness = DispatcherHarness(total: 20)
        // Known to be well, so that they may hold more than one each; then they hang.
        for endpoint in (1...9).map({ "h\($0)" }) { harness.trust(endpoint, of: "bad", at: 0) }
        harness.add(["h1", "h2", "h3", "h4"].flatMap { queue($0, of: "bad") }, at: 1)
        #expect(harness.machine.attemptsInFlight == 15)
        var good = harness.add((5...9).flatMap { queue("h\($0)", of: "bad") } + queue("g", of: "good"), at: 2)
        #expect(harness.machine.attemptsInFlight == 20)
        #expect(count(good, to: "g") == 1)
        for step in 0..<50 {
            guard let name = good.first(where: { $0.hasPrefix("g-") }) else { break }
            good.removeAll { $0 == name }
            let next = harness.succeed(name, at: 3 + Double(step))
            #expect(count(next, to: "g") == 1)
            good += next
        }
        #expect(count(good, to: "g") > 0)
    }

    @Test("of trusted endpoints, too, the one goes first whose client holds less")
    func trusted() {
        var harness = DispatcherHarness(total: 4)
        for number in 1...5 { harness.trust("a\(number)", of: "a", at: 0) }
        harness.trust("b", of: "b", at: 0)
        #expect(harness.add((1...4).map { due("\($0)", to: "a\($0)", of: "a") }, at: 0).count == 4)
        #expect(harness.add(due("5", to: "a5", of: "a"), at: 0).isEmpty)
        #expect(harness.add(due("6", to: "b", of: "b"), at: 0).isEmpty)
        #expect(harness.succeed("1", at: 0.5) == ["6"])
        #expect(harness.succeed("2", at: 0.5) == ["5"])
    }
}
