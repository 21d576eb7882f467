import DequeModule

/// A queue that serves its parties (clients, endpoints) in turn: one with thousands of entries delays another by one
/// entry only.
struct FairQueue<Party: Hashable & Sendable, Entry: Sendable>: Sendable {
    private var entries: [Party: Deque<Entry>] = [:]
    private var turns: Deque<Party> = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ entry: Entry, of party: Party) {
        count += 1
        if entries[party, default: []].isEmpty { turns.append(party) }
        entries[party, default: []].append(entry)
    }

    /// Takes the next entry, passing over those that are not wanted any more.
    mutating func popFirst(where isWanted: (Entry) -> Bool) -> Entry? {
        while let party = turns.popFirst() {
            while let entry = entries[party]?.popFirst() {
                count -= 1
                guard isWanted(entry) else { continue }
                if entries[party]?.isEmpty == false {
                    turns.append(party)
                } else {
                    entries[party] = nil
                }
                return entry
            }
            entries[party] = nil
        }
        return nil
    }
}
