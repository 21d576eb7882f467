/// Something that waits for a connection.
struct Work: Sendable {
    /// When it no longer waits.
    let expires: ContinuousClock.Instant
    /// Does it, and tells whoever waits for it. An error means that nothing was done, since the connection turned out
    /// to be gone: another one may do it.
    let run: @Sendable (PostgreSQLConnection) -> PostgreSQLError?
    /// Tells whoever waits for it that it is not done.
    let fail: @Sendable (PostgreSQLError) -> Void
}
