/// A request that is answered with `"status":"error"`.
struct Refusal: Error, Hashable {
    /// Nil where Marksign sends none.
    var code: Int?
    private var english: String
    private var lithuanian: String

    private init(_ code: Int?, _ english: String, _ lithuanian: String) {
        self.code = code
        self.english = english
        self.lithuanian = lithuanian
    }

    /// The HTTP status: Marksign's codes begin with it.
    var httpStatus: Int { code.map { $0 / 100 } ?? 400 }

    func message(in locale: Locale) -> String {
        switch locale {
        case .english: english
        case .lithuanian: lithuanian
        }
    }

    static func invalidParameter(_ name: String, _ reason: (english: String, lithuanian: String)? = nil) -> Refusal {
        let reason = reason ?? ("This value is not valid.", "Ši reikšmė neteisinga.")
        return Refusal(
            40001, "Invalid parameter [\(name)]: \(reason.english)",
            "Neteisingas parametras [\(name)]: \(reason.lithuanian)")
    }

    static let invalidType = invalidParameter("type", ("Invalid type", "Neteisingas tipas"))
    static let invalidCountryCode = invalidParameter("country", ("Invalid country code", "Neteisingas šalies kodas"))
    static let unreadableBody = Refusal(
        40001, "Request body is not a JSON object", "Užklausos turinys nėra JSON objektas")
    static let invalidAccessToken = Refusal(40003, "Invalid access token", "Neteisingas prieigos raktas")
    static let invalidPersonalCode = Refusal(40005, "Invalid person code format", "Neteisingas asmens kodo formatas")
    static let refusedByUser = Refusal(40020, "User refused the session", "Naudotojas atsisakė")
    static let expired = Refusal(
        40021, "Session expired: there was no confirmation in time", "Sesija baigėsi: laiku nepatvirtinta")
    static let accountNotFound = Refusal(40401, "User account was not found", "Naudotojo paskyra nerasta")
    static let sessionNotFound = Refusal(
        40402, "Session for given token was not found", "Sesija pagal pateiktą raktą nerasta")
    static let accountNotQualified = Refusal(
        40403, "User account is not qualified", "Naudotojo paskyra nėra kvalifikuota")
    static let technicalError = Refusal(50001, "Technical error", "Techninė klaida")
    static let invalidRequestNumber = Refusal(nil, "Request number is invalid", "Neteisingas užklausos numeris")
}
