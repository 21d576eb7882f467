import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import BridgeServer

/// The guard's clocks, turned by hand.
@Suite struct ConnectionGuardTests {
    private let limits = ConnectionLimits(
        headTimeout: .seconds(5), requestTimeout: .seconds(10), lingerTimeout: .seconds(2), stallTimeout: .seconds(60))

    private func connection() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: ConnectionGuard(limits: limits))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func head(_ headers: HTTPHeaders = [:]) -> HTTPServerRequestPart {
        var all: HTTPHeaders = ["Host": "test"]
        all.add(contentsOf: headers)
        return .head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: all))
    }

    private func answer(_ channel: EmbeddedChannel) throws -> HTTPHeaders {
        let head = HTTPResponseHead(version: .http1_1, status: .ok)
        try channel.writeOutbound(HTTPServerResponsePart.head(head))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        guard case .head(let written)? = try channel.readOutbound(as: HTTPServerResponsePart.self) else { return [:] }
        return written.headers
    }

    @Test func failsARequestThatTakesTooLong() throws {
        let channel = try connection()
        try channel.writeInbound(head())
        for _ in 0..<9 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "x")))
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(throws: RequestTimeout.self) { try channel.throwIfErrorCaught() }
        #expect(channel.isActive)
        #expect(try answer(channel)["Connection"] == ["close"])
    }

    @Test func endsHeadersThatDrip() throws {
        let channel = try connection()
        // Bytes of a head are no part yet: the decoder tells only that it read.
        for _ in 0..<5 {
            channel.pipeline.fireChannelReadComplete()
            #expect(channel.isActive)
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(!channel.isActive)
    }

    @Test func leavesHeadersTheirTime() throws {
        let channel = try connection()
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        try channel.writeInbound(head())
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(channel.isActive)
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        // Headers of the next request do not cut the answer to this one.
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(throws: Never.self) { try channel.throwIfErrorCaught() }
        #expect(try answer(channel)["Connection"].isEmpty)
        #expect(channel.isActive)
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(!channel.isActive)
    }

    @Test func leavesAWholeRequestItsTime() throws {
        let channel = try connection()
        try channel.writeInbound(head())
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(throws: Never.self) { try channel.throwIfErrorCaught() }
        #expect(try answer(channel)["Connection"].isEmpty)
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    @Test func keepsAnswersFromAClientThatEndedEarly() throws {
        let channel = try connection()
        try channel.writeInbound(head(["Connection": "close"]))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(channel.isActive)
        #expect(try answer(channel)["Connection"] == ["close"])
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test func endsWhenAnAnswerIsNotRead() throws {
        let channel = try connection()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(!channel.isActive)
    }
}
