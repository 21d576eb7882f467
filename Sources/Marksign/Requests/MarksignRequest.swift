/// One request to Marksign, complete but for the host. It carries secrets: its description shows the method only.
public struct MarksignRequest: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The HTTP method.
    public let method: String
    /// The path, beginning with a slash.
    public let path: String
    /// The body, `application/json`.
    public let body: [UInt8]

    /// Never the path (it holds the session) or the body (it holds the access token and the personal code).
    public var description: String { "\(method) to Marksign, \(body.count) bytes" }

    /// Shows nothing more.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
