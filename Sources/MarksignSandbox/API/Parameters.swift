import StrictJSON

/// The body of a request, read field by field as Marksign checks it.
struct Parameters {
    private let object: JSON

    init(_ body: [UInt8]) throws(Refusal) {
        guard let json = try? JSON.parse(body), json.kind == .object else { throw .unreadableBody }
        object = json
    }

    func authorize(_ accessToken: String?) throws(Refusal) {
        guard let sent = object["access_token"]?.string, !sent.isEmpty, accessToken.map({ $0 == sent }) ?? true else {
            throw .invalidAccessToken
        }
    }

    /// An object or array below; nil when there is none.
    func member(_ name: String) -> JSON? {
        object[name].flatMap { $0.isNull ? nil : $0 }
    }

    func string(_ name: String) throws(Refusal) -> String? {
        guard let value = member(name) else { return nil }
        guard let string = value.string else { throw .invalidParameter(name) }
        return string
    }

    func flag(_ name: String) throws(Refusal) -> Bool {
        guard let value = member(name) else { return false }
        guard let flag = value.boolean else { throw .invalidParameter(name) }
        return flag
    }

    /// One of a set of words; nil when there is none.
    func choice<Choice: RawRepresentable<String>>(_ name: String) throws(Refusal) -> Choice? {
        guard let word = try string(name) else { return nil }
        guard let choice = Choice(rawValue: word) else { throw .invalidParameter(name) }
        return choice
    }

    /// The signer's test account.
    func signer(in country: Country) throws(Refusal) -> (personalCode: String, account: TestSigner) {
        guard let personalCode = try string("code"), country.accepts(personalCode) else { throw .invalidPersonalCode }
        guard let account = TestSigner(personalCode: personalCode) else { throw .accountNotFound }
        return (personalCode, account)
    }
}
