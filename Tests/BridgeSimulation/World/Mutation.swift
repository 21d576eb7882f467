/// Ways to break the bridge, each at one seam of its shell or its store. The simulation must notice every one.
public enum Mutation: String, CaseIterable, Sendable {
    /// The store takes writes of an owner that another has followed.
    case ignoresEpoch
    /// A start is sent while its session is not on disk yet.
    case sendsBeforeCommit
    /// A start is sent without a permit.
    case sendsWithoutPermit
    /// A start whose answer is lost is sent once more.
    case startsTwice
    /// Starts forget the caller's idempotency key.
    case forgetsKey
    /// A client is told of its session before that is on disk.
    case answersBeforeDurable
    /// A final write that the store refused is not tried again.
    case givesUpWrites
    /// An outcome is stored without its deliveries.
    case losesDeliveries
    /// A new process does not look for deliveries that wait.
    case forgetsDeliveries
    /// A new process does not look for sessions that are open.
    case forgetsSessions
    /// A new process polls on as if nothing could have happened without it.
    case trustsItsMemory
    /// A failed delivery is tried again at once.
    case retriesAtOnce
    /// A receiver that is gone is taken for one that failed.
    case ignoresGone
    /// Each attempt renders the event anew.
    case rendersAnew
    /// A new process has the whole budget at once.
    case beginsFull
    /// A fault of Marksign ends a session.
    case faultEnds
    /// A deleted endpoint goes on as before.
    case forgetsDeletion
    /// What an endpoint's old address said decides for the new one.
    case ignoresAddress
    /// What is left of a change or a recovery for later is never done.
    case forgetsParts
    /// What an attempt came to is not recorded.
    case recordsNothing
}
