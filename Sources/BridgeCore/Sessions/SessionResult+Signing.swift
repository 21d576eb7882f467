import Marksign

extension SessionResult {
    /// What is kept of what Marksign gave.
    public init(_ result: SigningResult) {
        switch result {
        case .hash(let signature):
            self = .hash(signatureValue: signature.rawValue)
        case .document(let document):
            let file = SignedFile(
                name: document.name, size: document.content.count, digest: document.digest,
                digestAlgorithm: document.digestAlgorithm?.rawValue, digestVerified: document.digestVerified,
                sha256: document.sha256, mediaType: document.mediaType)
            let personal = PersonalData(
                signatureID: document.signatureID, name: document.person?.name, surname: document.person?.surname,
                sanctionsData: document.sanctionsData, pepsData: document.pepsData)
            self = .document(SignedDocumentRecord(file: file, fileAvailable: true, personal: personal))
        }
    }

    /// The signed file, when a document was signed.
    public var file: SignedFile? {
        if case .document(let record) = self { record.file } else { nil }
    }
}
