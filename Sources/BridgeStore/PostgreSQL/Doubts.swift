/// The commits that are in doubt: what they wrote may be on this server, and not on the standby that it waits for.
///
/// Whoever comes later finds it written. So as long as there are such, each commit waits for the standby, whether it has
/// written anything or not, and who reads makes such a commit first. One that began after a doubt and has waited ends
/// it.
struct Doubts {
    /// How many there were.
    private(set) var last = 0
    private var settled = 0

    /// The latest that is not settled.
    var open: Int? { settled < last ? last : nil }

    /// A commit is in doubt.
    mutating func add() {
        last += 1
    }

    /// A commit that was asked for when this was the latest has waited for the standby.
    mutating func settle(_ doubt: Int) {
        settled = max(settled, doubt)
    }
}
