import NIOCore
import NIOPosix

/// A bare connection to a server: what is written goes out as it is, and answers are read one by one.
struct RawConnection: ~Copyable {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let channel: any Channel
    private var received: [UInt8] = []

    /// Connects, and closes the connection after `body`.
    static func open<Result: Sendable>(
        port: Int, _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(
                inbound: inbound.makeAsyncIterator(), outbound: outbound, channel: channel.channel)
            return try await body(&connection)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel
    ) {
        self.inbound = inbound
        self.outbound = outbound
        self.channel = channel
    }

    /// Sends text as it is.
    func write(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Sends bytes as they are.
    func write(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Ends what is sent; answers still come.
    func finish() {
        outbound.finish()
    }

    /// The next answer; `nil` when the server ended the connection before it was whole.
    mutating func response(hasBody: Bool = true) async throws -> RawResponse? {
        while true {
            if let response = RawResponse(takenFrom: &received, hasBody: hasBody) { return response }
            guard let chunk = try await inbound.next() else { return nil }
            received += Array(chunk.readableBytesView)
        }
    }

    /// Waits for the server's end of the connection: whether nothing more came.
    mutating func isClosed() async -> Bool {
        do {
            while let chunk = try await inbound.next() { received += Array(chunk.readableBytesView) }
        } catch {
            // A reset is an end, too.
        }
        return received.isEmpty
    }
}
