import Hummingbird
import NIOCore

/// What Hummingbird makes for each request.
public struct APIContext: RequestContext {
    /// What Hummingbird keeps of a request.
    public var coreContext: CoreRequestContextStorage
    /// The connection.
    let channel: any Channel

    /// A context of a request on a connection.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
