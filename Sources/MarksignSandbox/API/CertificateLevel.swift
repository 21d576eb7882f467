/// How certain the signer's certificate has to be.
enum CertificateLevel: String {
    case qscd = "QSCD"
    case qualified = "QUALIFIED"
}
