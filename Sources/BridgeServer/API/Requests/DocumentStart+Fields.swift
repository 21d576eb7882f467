import Marksign

extension DocumentStart {
    /// Reads the fields of a document signing.
    init?(_ fields: FieldReader, maximumFileBytes: Int, _ faults: inout FieldFaults) {
        let message = fields.string(
            "message", atMost: 200, "must be 1 to 200 characters, not only blanks, without invisible ones", &faults
        ) { SigningKind.document.allows(message: $0) && ShownText.allows($0) }
        let level = fields.choice("certificate_level", from: CertificateLevel.allCases, &faults)
        let checks = fields.json("checks").flatMap {
            FieldReader($0, at: fields.path("checks"), known: ["peps", "sanctions"], &faults)
        }
        let peps = checks?.boolean("peps", &faults)
        let sanctions = checks?.boolean("sanctions", &faults)
        fields.require("document", &faults)
        guard let json = fields.json("document"),
            let document = FieldReader(
                json, at: fields.path("document"), known: ["type", "files", "signature_position", "signature_page"],
                &faults)
        else { return nil }
        document.require("type", &faults)
        let type = document.choice("type", from: DocumentType.allCases, &faults)
        let position = document.choice("signature_position", from: SignaturePosition.allCases, &faults)
        let page = document.choice("signature_page", from: SignaturePage.allCases, &faults)
        let file = DocumentFile(document, type: type, maximumBytes: maximumFileBytes, &faults)
        guard let type, let file else { return nil }
        self.init(
            type: type, files: [file], message: message, signaturePosition: position, signaturePage: page,
            certificateLevel: level, checksPEPs: peps ?? false, checksSanctions: sanctions ?? false)
    }
}
