import NIOCore
import NIOHTTP1

/// Keeps one HTTP/1 connection honest: its framing, its time, and its end.
///
/// - A request whose framing could be read in two ways is answered with a bare 400, and the connection ends.
/// - A connection whose next request's headers do not arrive in time ends.
/// - A request whose body does not arrive in time fails with ``RequestTimeout``.
/// - An answer given before the whole request arrived says `Connection: close`, and so does the last answer to a client
///   that asked for it. The connection then ends gently: output first, while what the client still sends is discarded
///   for a while. Closing at once would reset the connection, and the client could lose the answer.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Input {
        /// Between requests.
        case idle
        /// A request's head came, its end did not.
        case receiving
        /// What comes is no longer of interest.
        case discarding
    }

    private let limits: ConnectionLimits
    private var input = Input.idle
    /// Requests whose answers are not complete.
    private var unanswered = 0
    /// The last request asked for the end of the connection.
    private var endsAfterLast = false
    /// The answer being written is the connection's last.
    private var isLastAnswer = false
    /// The last answer is written; only the client's end is awaited.
    private var isLingering = false
    private var inputClosed = false
    /// What came since the last pause in reading had a part of a request in it.
    private var hasReadPart = false
    /// Ends headers or a body that take too long, and later the lingering.
    private var timeout: Scheduled<Void>?
    /// Ends the connection when the client does not read its answer.
    private var stall: Scheduled<Void>?

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timeout?.cancel()
        stall?.cancel()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReadPart = true
        switch (unwrapInboundIn(data), input) {
        case (_, .discarding): return
        case (.head(var head), _):
            guard head.hasPlainFraming else { return refuse(head, context: context) }
            input = .receiving
            timeout?.cancel()
            timeout = nil
            unanswered += 1
            endsAfterLast = !head.isKeepAlive
            if head.version != .http1_1 {
                // An HTTP/1.0 client knows no `100 Continue`.
                head.headers.remove(name: "Expect")
                return context.fireChannelRead(wrapInboundOut(.head(head)))
            }
        case (.end, _):
            timeout?.cancel()
            timeout = nil
            // Nothing may follow a request that was to be the last.
            input = endsAfterLast ? .discarding : .idle
        case (.body, _): break
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch input {
        case .receiving where timeout == nil: scheduleTimeout(context: context)
        // Bytes came, but no part of a request: they begin its headers. An answer under way is not cut for them.
        case .idle where timeout == nil && !hasReadPart && unanswered == 0:
            timeout = schedule(in: limits.headTimeout, context: context) { context.close(promise: nil) }
        case .idle, .receiving, .discarding: break
        }
        hasReadPart = false
        context.fireChannelReadComplete()
    }

    private func scheduleTimeout(context: ChannelHandlerContext) {
        timeout = schedule(in: limits.requestTimeout, context: context) {
            guard case .receiving = self.input else { return }
            context.fireErrorCaught(RequestTimeout())
        }
    }

    private func refuse(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        input = .discarding
        // With answers under way a bare 400 would be taken for one of them.
        guard unanswered == 0 else { return context.close(promise: nil) }
        unanswered = 1
        let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
        let answer = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers)
        write(context: context, data: wrapOutboundOut(.head(answer)), promise: nil)
        write(context: context, data: wrapOutboundOut(.end(nil)), promise: nil)
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where !head.isInformational:
            isLastAnswer = unanswered <= 1 && (endsAfterLast || !isComplete) || !head.isKeepAlive
            if isLastAnswer { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isLastAnswer:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { self.linger(context: context) }
            context.writeAndFlush(data, promise: written)
        case .end:
            unanswered -= 1
            context.write(data, promise: promise)
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    private var isComplete: Bool {
        if case .receiving = input { false } else { true }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is SendContinue else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: promise)
    }

    // MARK: The end

    private func linger(context: ChannelHandlerContext) {
        guard !inputClosed else { return context.close(promise: nil) }
        isLingering = true
        input = .discarding
        timeout?.cancel()
        timeout = schedule(in: limits.lingerTimeout, context: context) { context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            inputClosed = true
            if isLingering { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = nil
        if !context.channel.isWritable {
            stall = schedule(in: limits.stallTimeout, context: context) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    private func schedule(
        in delay: TimeAmount, context: ChannelHandlerContext, _ action: @escaping () -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay, action)
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

/// Sent outwards through the pipeline, it tells the client to send the body that it holds back.
struct SendContinue: Sendable {}

/// A request's body did not arrive in time.
struct RequestTimeout: Error {}

extension HTTPResponseHead {
    fileprivate var isInformational: Bool { (100..<200).contains(status.code) }
}

extension HTTPRequestHead {
    /// Whether there is only one way to read where the request ends and whom it is for.
    fileprivate var hasPlainFraming: Bool {
        let lengths = headers["Content-Length"]
        let codings = headers["Transfer-Encoding"]
        guard lengths.count + codings.count <= 1 else { return false }
        guard headers["Host"].count == 1 || version != .http1_1 else { return false }
        guard codings.allSatisfy({ $0.lowercased() == "chunked" }) else { return false }
        return codings.isEmpty || version == .http1_1
    }
}
