import BridgeCore
import Hummingbird
import StrictJSON

/// A request of a known client to a known route, with headers that are in order.
struct APICall: Sendable {
    /// The request.
    let request: Request
    /// Whose request it is.
    let client: ClientID
    /// The request's id.
    let requestID: String
    /// When it came.
    let time: Timestamp
    /// What stands for the `{…}` of the route's pattern.
    let pathValues: [Substring]
    /// The query's parameters.
    let query: Query
    /// The body, read already; empty when there is none.
    let body: [UInt8]
    /// Where large bodies are read.
    let decoding: DecodingQueue
    /// The idempotency key, when there is one.
    let key: IdempotencyKey?

    /// The id in the path.
    ///
    /// - Throws: ``Problem`` 404 when it has not the form of one.
    func identifier<Kind>(_: Identifier<Kind>.Type = Identifier<Kind>.self) throws(Problem) -> Identifier<Kind> {
        guard let text = pathValues.first, let id = Identifier<Kind>(text) else { throw Problem(.notFound) }
        return id
    }

    /// What `parse` makes of the body.
    ///
    /// - Throws: ``Problem`` 400 when it is no JSON, and what `parse` throws.
    func decoded<Value: Sendable>(
        _ parse: @escaping @Sendable (JSON) throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        try await decoding.run(bytes: body.count) { [body] () throws(Problem) in try parse(JSON.body(body)) }
    }

    /// The body of a route that needs none.
    func optionalBody() throws(Problem) -> JSON {
        try JSON.body(body.isEmpty ? Array("{}".utf8) : body)
    }

    /// Checks that the body is empty, or an empty object.
    func checkNoFields() throws(Problem) {
        var faults = FieldFaults()
        _ = FieldReader(try optionalBody(), known: [], &faults)
        try faults.check()
    }

    /// The page that the query asks for.
    func page<Kind>(of _: Identifier<Kind>.Type) throws(Problem) -> PageRequest {
        let limit = try query.integer("limit", in: 1...200)
        let cursor = try query.value("cursor", "the next_cursor of a page") { Identifier<Kind>($0) }
        return PageRequest(limit: limit ?? 50, after: cursor?.rawValue)
    }
}
