import Marksign

extension Signer {
    /// Reads `signer`.
    init?(_ fields: FieldReader, kind: SigningKind, _ faults: inout FieldFaults) {
        fields.require("signer", &faults)
        guard let json = fields.json("signer"),
            let signer = FieldReader(json, at: fields.path("signer"), known: ["country", "personal_code"], &faults)
        else { return nil }
        signer.require("country", &faults)
        signer.require("personal_code", &faults)
        let country = signer.choice("country", from: kind.countries, &faults)
        guard let text = signer.string("personal_code", atMost: 32, &faults), let country else { return nil }
        guard let code = PersonalCode(text, country: country) else {
            faults.add(signer.path("personal_code"), "is not a personal code of \(country.rawValue)")
            return nil
        }
        self.init(personalCode: code)
    }
}
