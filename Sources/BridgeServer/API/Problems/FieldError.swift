/// One fault of a request's body.
struct FieldError: Sendable, Equatable {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole body.
    let pointer: String
    /// What is wrong, without the value: it may be personal.
    let detail: String
}
