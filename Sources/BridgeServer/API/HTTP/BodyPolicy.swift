/// What a route makes of a request's body.
enum BodyPolicy: Sendable {
    /// It is not read.
    case ignored
    /// JSON of at most that many bytes.
    case required(limit: Int)
    /// Nothing, or an empty JSON object.
    case optional

    /// The most bytes that are read.
    var limit: Int {
        switch self {
        case .ignored: 0
        case .required(let limit): limit
        case .optional: 1024
        }
    }
}
