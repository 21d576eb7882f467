/// How one answer goes wrong.
enum Fault: Hashable {
    /// A readable error of Marksign's own; nothing was done.
    case technicalError
    /// The page of a proxy that does not reach Marksign; nothing was done.
    case badGatewayPage
    /// An HTML page in place of an answer to what was done.
    case page
    /// The answer comes after this time.
    case slow(Duration)
    /// The answer says that it is longer than what comes.
    case cut
    /// The connection is reset in place of an answer to what was done.
    case reset
    /// An empty body.
    case empty
}
