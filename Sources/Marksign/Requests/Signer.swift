/// Who is to sign.
public struct Signer: Hashable, Sendable {
    /// The signer's personal code.
    public let personalCode: PersonalCode

    /// The country that gave the code.
    public var country: Country { personalCode.country }

    /// The signer with this code.
    public init(personalCode: PersonalCode) {
        self.personalCode = personalCode
    }
}
