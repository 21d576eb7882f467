import BridgeCore

extension World {
    /// Plans when spells come.
    func planSpells() {
        for spell in Spell.allCases {
            guard let mean = plan.spells[spell] else { continue }
            var time = chance.duration(.zero...(mean * 2))
            while time < plan.length {
                after(time) { [self] in if !isHealing { befall(spell) } }
                time += chance.duration(.milliseconds(1)...(mean * 2))
            }
        }
    }

    private func befall(_ spell: Spell) {
        switch spell {
        case .crash:
            begin(spell, for: .zero)
            crash()
        case .pause:
            guard let process else { return }
            let length = chance.duration(.seconds(1)...(.seconds(chance.pick([5, 60, 600]))))
            begin(spell, for: length)
            process.pausedUntil = now + length
        case .takeover:
            takeOver()
        case .clockJump:
            // No further than half of the time for which idempotency keys are kept.
            begin(spell, for: .zero)
            wallOffset = chance.duration(.seconds(-43_000)...(.seconds(43_000)))
            witness.clockJumped()
        case .diskFull, .upstreamDown, .tokenRevoked, .upstreamThrottles, .receiverDown:
            begin(spell, for: chance.duration(.seconds(1)...(.seconds(chance.pick([5, 60, 400])))))
        }
    }

    /// A process begins, and takes over what is in the store.
    func boot() {
        guard process == nil else { return }
        processes += 1
        let process = BridgeProcess(number: processes, world: self)
        self.process = process
        note("boot", "\(processes)")
        witness.processBegan()
        process.boot()
    }

    /// The process ends at once: what it had not stored is gone. Another follows soon.
    func crash() {
        guard let ended = process else { return }
        process = nil
        ended.die()
        let pause = chance.happens(0.5) ? Duration.milliseconds(1) : chance.duration(.zero...(.seconds(20)))
        after(isHealing ? .milliseconds(1) : pause) { [self] in boot() }
    }

    /// The process is stopped, another takes over, and then the first goes on without knowing it. In the end both die.
    private func takeOver() {
        guard zombie == nil, let first = process, first.isReady, first.pausedUntil.map({ $0 <= now }) ?? true
        else { return }
        let length = chance.duration(.seconds(1)...(.seconds(40)))
        begin(.takeover, for: length * 2)
        hasTakenOver = true
        first.isZombie = true
        first.pausedUntil = now + length
        zombie = first
        process = nil
        boot()
        after(length * 2) { [self] in endTakeover() }
    }

    func endTakeover() {
        guard let zombie else { return }
        self.zombie = nil
        zombie.die()
        crash()
    }
}
