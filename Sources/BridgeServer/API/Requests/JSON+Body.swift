import StrictJSON

extension JSON {
    /// Reads a request's body.
    static func body(_ bytes: [UInt8]) throws(Problem) -> JSON {
        do {
            // No request has many values; what is big is one string.
            return try JSON.parse(bytes, maximumDepth: 32, maximumValues: 10_000)
        } catch {
            throw Problem(.malformedJSON, error.message)
        }
    }
}
