/// Why the store did not do what it was asked.
public enum StoreError: Error, Sendable, Equatable {
    /// It may work later: the disk is full, the database is busy or out of reach.
    case unavailable(String)
    /// What is stored in the rows that it needs is not what the bridge writes. Others can be read and written.
    case unreadable(String)
    /// It must not be used on: what is on the disk is unknown, or damaged. The process has to stop.
    case fatal(String)
}
