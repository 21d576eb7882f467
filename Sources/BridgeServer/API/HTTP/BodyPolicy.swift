import StrictJSON

/// What a route makes of a request's body.
enum BodyPolicy: Sendable {
    /// It is not read.
    case ignored
    /// JSON of at most that many bytes.
    case required(limit: Int)
    /// A small JSON object, or nothing, which says the same as an empty one.
    case optional

    /// The most bytes that are read.
    var limit: Int {
        switch self {
        case .ignored: 0
        case .required(let limit): limit
        case .optional: 1024
        }
    }

    /// What a body says, for telling requests apart.
    func said(by body: [UInt8]) -> [UInt8] {
        guard case .optional = self, let members = try? JSON.parse(body).members, members.isEmpty else { return body }
        return []
    }
}
