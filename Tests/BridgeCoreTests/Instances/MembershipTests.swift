import Testing

@testable import BridgeCore

@Suite("An instance's lease and its share of the rate")
struct MembershipTests {
    let id = InstanceID(stored: "ins_1")

    func tick(_ seconds: Double) -> Tick { Tick(nanoseconds: Int64(seconds * 1e9)) }

    func grant(_ share: Double, of target: Double? = nil) -> Membership.Answer {
        .granted(InstanceGrant(lease: .seconds(30), share: share, target: target ?? share, instances: 2))
    }

    /// The request in some effects.
    func request(_ effects: [Membership.Effect]) -> LeaseRequest? {
        effects.compactMap { effect in
            switch effect {
            case .join(let request), .renew(let request): request
            case .setRate, .lost: nil
            }
        }.last
    }

    /// One that has joined at 0 and sends 10 a second.
    func member(rate: Double = 10) throws -> Membership {
        var machine = Membership(maxRate: 20)
        machine.begin(as: id, at: tick(0))
        let join = try #require(request(machine.takeEffects()))
        machine.answered(join.number, grant(rate), at: tick(0.1))
        machine.advance(to: tick(1.1))
        #expect(machine.takeEffects().last == .setRate(rate, until: tick(25)))
        return machine
    }

    @Test("who has the store alone joins once, and has the whole rate at once and for ever")
    func alone() throws {
        var machine = Membership(maxRate: 50)
        machine.begin(as: id, at: tick(0))
        #expect(machine.takeEffects() == [.join(LeaseRequest(id: id, number: 1, holding: 0, maxRate: 50))])
        machine.answered(
            1, .granted(InstanceGrant(lease: nil, share: 50, target: 50, instances: 1)), at: tick(0.01))
        #expect(machine.takeEffects() == [.setRate(50, until: nil)])
        #expect(machine.wakeAt == nil)
        machine.advance(to: tick(1e6))
        #expect(machine.takeEffects() == [])
    }

    @Test("it renews every 5 s, and counts itself out 25 s after the last renewal that came through was sent")
    func fence() throws {
        var machine = try member()
        #expect(machine.wakeAt == tick(5))
        machine.advance(to: tick(5))
        let first = try #require(request(machine.takeEffects()))
        #expect(first == LeaseRequest(id: id, number: 2, holding: 10, maxRate: 20))
        machine.answered(first.number, grant(10), at: tick(8))
        #expect(machine.takeEffects() == [.setRate(10, until: tick(30))])
        var now = 10.0
        while machine.instance != nil, now < 60 {
            machine.advance(to: tick(now))
            if let request = request(machine.takeEffects()) {
                machine.answered(request.number, .failed, at: tick(now + 0.5))
            }
            now = machine.wakeAt.map { Double($0.nanoseconds) / 1e9 } ?? 60
        }
        #expect(machine.instance == nil && now == 60)
    }

    @Test("one that leaves renews no more, unless its lease ends before it is gone")
    func leaving() throws {
        var machine = try member()
        machine.leave(by: tick(25))
        machine.advance(to: tick(24))
        #expect(request(machine.takeEffects()) == nil && machine.wakeAt == tick(25))
        machine.leave(by: tick(26))
        machine.advance(to: tick(24))
        let needed = try #require(request(machine.takeEffects()))
        machine.answered(needed.number, grant(10), at: tick(24.1))
        machine.advance(to: tick(30))
        #expect(request(machine.takeEffects()) == nil && machine.instance == id)
    }

    @Test("one that leaves never joins again")
    func leavingForGood() throws {
        var machine = try member()
        machine.leave(by: tick(10))
        machine.advance(to: tick(25))
        #expect(machine.takeEffects().contains(.lost(id)))
        machine.begin(as: InstanceID(stored: "ins_2"), at: tick(25))
        #expect(request(machine.takeEffects()) == nil && machine.wakeAt == nil)
    }

    @Test("after a sleep past its lease it is lost before anything else")
    func sleep() throws {
        var machine = try member()
        machine.advance(to: tick(3600))
        #expect(machine.takeEffects() == [.setRate(0, until: nil), .lost(id)])
        #expect(machine.wakeAt == nil && machine.instance == nil)
    }

    @Test("an answer that comes when its lease is over grants nothing")
    func lateAnswer() throws {
        var machine = Membership(maxRate: 20)
        machine.begin(as: id, at: tick(0))
        let join = try #require(request(machine.takeEffects()))
        machine.answered(join.number, grant(10), at: tick(25))
        #expect(machine.takeEffects().last == .lost(id))
    }

    @Test("a renewal that is refused loses everything, and the next life has another id")
    func refused() throws {
        var machine = try member()
        machine.advance(to: tick(5))
        let renewal = try #require(request(machine.takeEffects()))
        machine.answered(renewal.number, .refused, at: tick(5.1))
        #expect(machine.takeEffects() == [.setRate(0, until: nil), .lost(id)])
        let next = InstanceID(stored: "ins_2")
        machine.begin(as: next, at: tick(5.1))
        #expect(
            machine.takeEffects()
                == [.join(LeaseRequest(id: next, number: renewal.number + 1, holding: 0, maxRate: 20))])
        machine.answered(renewal.number, grant(10), at: tick(5.2))
        #expect(machine.instance == nil)
    }

    @Test("a smaller share is used at once, and told at once")
    func smaller() throws {
        var machine = try member()
        machine.advance(to: tick(5))
        let renewal = try #require(request(machine.takeEffects()))
        machine.answered(renewal.number, grant(4), at: tick(5.1))
        let effects = machine.takeEffects()
        #expect(effects.first == .setRate(4, until: tick(30)))
        #expect(request(effects)?.holding == 4)
    }

    @Test("a larger share is used a second after it was stored, and counts as held from then on")
    func larger() throws {
        var machine = try member()
        machine.advance(to: tick(5))
        let renewal = try #require(request(machine.takeEffects()))
        machine.answered(renewal.number, grant(15, of: 20), at: tick(5.1))
        #expect(machine.takeEffects() == [.setRate(10, until: tick(30))])
        machine.advance(to: tick(6))
        #expect(request(machine.takeEffects())?.holding == 15)
        machine.advance(to: tick(6.1))
        #expect(machine.takeEffects() == [.setRate(15, until: tick(30))])
    }

    @Test("a share that is taken back before it was used is never used")
    func takenBack() throws {
        var machine = try member()
        machine.advance(to: tick(5))
        var renewal = try #require(request(machine.takeEffects()))
        machine.answered(renewal.number, grant(15, of: 20), at: tick(5.1))
        machine.advance(to: tick(6))
        renewal = try #require(request(machine.takeEffects()))
        machine.answered(renewal.number, grant(12, of: 12), at: tick(6.05))
        machine.advance(to: tick(8))
        #expect(machine.takeEffects().last == .setRate(12, until: tick(31)))
    }
}

@Suite("The division of the rate")
struct RateDivisionTests {
    let ids = (0..<5).map { InstanceID(stored: "ins_\($0)") }

    func targets(_ rate: Double, _ count: Int) -> [Double] {
        ids.prefix(count).map { id in
            let others = ids.prefix(count).filter { $0 != id }
            return RateDivision(
                of: rate, for: id, others: Dictionary(uniqueKeysWithValues: others.map { ($0, 0) })
            ).target
        }
    }

    @Test("whole requests a second, what is left to the first of them")
    func whole() {
        #expect(targets(50, 3) == [17, 17, 16])
        #expect(targets(50.5, 4) == [13.5, 13, 12, 12])
        #expect(targets(2, 3) == [1, 1, 0])
        #expect(targets(0.5, 1) == [0.5])
        #expect(targets(0.5, 2) == [0.5, 0])
    }

    @Test("nobody gets what another still holds")
    func held() {
        let late = RateDivision(of: 50, for: ids[2], others: [ids[0]: 25, ids[1]: 20])
        #expect(late.target == 16 && late.share == 5)
        #expect(RateDivision(of: 50, for: ids[1], others: [ids[0]: 50]).share == 0)
    }
}
