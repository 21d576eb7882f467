/// The level that the signer's certificate must have.
public enum CertificateLevel: String, Hashable, Sendable, CaseIterable {
    /// Qualified, its key in a qualified signature creation device.
    case qscd = "QSCD"
    /// Qualified.
    case qualified = "QUALIFIED"
}
