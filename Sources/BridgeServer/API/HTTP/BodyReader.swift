import Hummingbird
import NIOCore

/// Reads a request's body into one array.
struct BodyReader {
    let head: BodyHead
    let limit: Int
    let budget: BodyBudget

    /// Bodies up to this many bytes always have room: large requests do not keep small ones out.
    private static let freeBytes = 64 * 1024

    /// Reads the whole body, after telling a client that waits for it to go on.
    ///
    /// What is read counts against the budget until `use` has returned.
    func withBytes<Result>(
        of body: RequestBody, onContinue: () async throws -> Void, _ use: ([UInt8]) async throws -> Result
    ) async throws -> Result {
        guard head.isPresent else { return try await use([]) }
        var taken = 0
        defer { budget.giveBack(taken) }
        if let length = head.length { try makeRoom(for: length, &taken) }
        let bytes: [UInt8]
        do {
            if head.awaitsContinue { try await onContinue() }
            bytes = try await collect(body, &taken)
        } catch is IOError, is ChannelError {
            // The client is gone, so is whoever could read this.
            throw Problem(.incompleteRequest)
        }
        return try await use(bytes)
    }

    private func collect(_ body: RequestBody, _ taken: inout Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.length ?? 0)
        for try await chunk in body {
            let count = bytes.count + chunk.readableBytes
            guard count <= limit else { throw Problem.tooLarge(limit: limit) }
            try makeRoom(for: count, &taken)
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        guard head.length ?? bytes.count == bytes.count else { throw Problem(.incompleteRequest) }
        return bytes
    }

    private func makeRoom(for count: Int, _ taken: inout Int) throws(Problem) {
        guard count > Self.freeBytes, count > taken else { return }
        guard budget.take(count - taken) else {
            throw Problem(.overloaded, "Too many large requests are under way.").with(.retryAfter, "1")
        }
        taken = count
    }
}
