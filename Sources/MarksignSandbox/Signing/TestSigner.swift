/// What the owner of a personal code does when asked to sign. The codes are those of Smart-ID's public test accounts.
enum TestSigner: CaseIterable {
    case signs
    case refuses
    case picksWrongCode
    case neverAnswers
    case notQualified

    /// Nil for a code that has no account.
    init?(personalCode: String) {
        guard let signer = Self.allCases.first(where: { $0.personalCodes.contains(personalCode) }) else { return nil }
        self = signer
    }

    var personalCodes: [String] {
        switch self {
        case .signs: ["30303039914", "40404040009", Self.listed, "030303-10012"]
        case .refuses: ["30403039917", "30403039928", "30403039939", "30403039946", "30403039950"]
        case .picksWrongCode: ["30403039972"]
        case .neverAnswers: ["30403039983"]
        case .notQualified: ["49912318881"]
        }
    }

    /// The signer whom the sanctions list and the list of politically exposed persons know.
    static let listed = "50001029996"
}
