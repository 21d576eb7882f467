/// The language of Marksign's messages; it changes nothing else.
public enum MarksignLocale: String, Hashable, Sendable, CaseIterable {
    /// Lithuanian.
    case lt
    /// English.
    case en

    /// What precedes every path.
    var pathPrefix: String { self == .en ? "/en" : "" }
}
