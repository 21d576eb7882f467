import StrictJSON

/// The name of the person who signed.
public struct SignerName: Hashable, Sendable {
    /// The given name.
    public let name: String?
    /// The family name.
    public let surname: String?

    /// A name, as far as it is known.
    public init(name: String?, surname: String?) {
        self.name = name
        self.surname = surname
    }

    /// Nil when there is neither name.
    init?(reply: JSON) {
        self.init(name: reply["name"]?.string, surname: reply["surname"]?.string)
        if name == nil, surname == nil { return nil }
    }
}
