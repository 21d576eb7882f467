import BridgeCore
import Hummingbird
import NIOCore

/// Reads a request's body into one array.
struct BodyReader {
    let head: BodyHead
    let limit: Int
    let client: ClientID
    let budget: BodyBudget

    /// Bodies up to this many bytes always have room: large requests do not keep small ones out.
    static let freeBytes = 64 * 1024
    /// Memory is reserved for that many times what has come: little is copied as the array grows, and a client that
    /// only announces a large body gets none.
    private static let growth = 8

    /// Reads the whole body, after telling a client that waits for it to go on.
    ///
    /// Only bytes that have come count against the budget, until `use` has returned.
    func withBytes<Result>(
        of body: RequestBody, onContinue: () async throws -> Void, _ use: ([UInt8]) async throws -> Result
    ) async throws -> Result {
        guard head.isPresent else { return try await use([]) }
        // Nothing is taken for what is only announced; but what has no room now need not be sent.
        if let length = head.length, length > Self.freeBytes, !budget.hasRoom(for: length, of: client) {
            throw Problem.overloaded
        }
        var taken = 0
        defer { budget.giveBack(taken, of: client) }
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
        for try await chunk in body {
            let count = bytes.count + chunk.readableBytes
            guard count <= limit else { throw Problem.tooLarge(limit: limit) }
            try takeRoom(for: count, &taken)
            if count > bytes.capacity { bytes.reserveCapacity(min(head.length ?? limit, Self.growth * count)) }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        guard head.length ?? bytes.count == bytes.count else { throw Problem(.incompleteRequest) }
        return bytes
    }

    private func takeRoom(for count: Int, _ taken: inout Int) throws(Problem) {
        guard count > Self.freeBytes, count > taken else { return }
        guard budget.take(count - taken, for: client) else { throw Problem.overloaded }
        taken = count
    }
}

extension Problem {
    /// There is no memory for the body now.
    fileprivate static let overloaded = Problem(.overloaded, "Too many large requests are under way.")
        .with(.retryAfter, "1")
}
