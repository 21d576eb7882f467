extension Result {
    /// What a call came to, as a value that a machine can be given.
    init(awaiting call: () async throws(Failure) -> Success) async {
        do {
            self = .success(try await call())
        } catch {
            self = .failure(error)
        }
    }
}
