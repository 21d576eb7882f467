import BridgeCore
import Foundation
import SwiftASN1
import X509

/// Certificates that a client gave: each was read, and has not expired.
struct CertificateList {
    /// The first one.
    let first: Certificate
    /// All of them (PEM), written anew: nothing is kept that was not read.
    let pem: String

    /// Reads 1 to `limit` certificates.
    ///
    /// - Parameter isPresented: Whether receivers check them, and so their signatures; nobody checks the signatures of
    ///   those that are trusted.
    init?(
        _ text: String, at pointer: String, atMost limit: Int, isPresented: Bool, time: Timestamp,
        _ faults: inout FieldFaults
    ) {
        guard let blocks = PEMText(text)?.blocks, (1...limit).contains(blocks.count),
            blocks.allSatisfy({ $0.discriminator == Certificate.defaultPEMDiscriminator })
        else {
            faults.add(pointer, "must be 1 to \(limit) certificates in PEM, and nothing else")
            return nil
        }
        var certificates: [Certificate] = []
        for (index, block) in blocks.enumerated() {
            guard let certificate = try? Certificate(pemDocument: block) else {
                faults.add(
                    pointer, "certificate \(index + 1) cannot be read, or its key is not \(KeyKinds.description)")
                return nil
            }
            let now = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
            if certificate.notValidAfter < now { faults.add(pointer, "certificate \(index + 1) has expired") }
            if isPresented, certificate.isWeaklySigned {
                faults.add(pointer, "certificate \(index + 1) is signed with SHA-1, which TLS does not take")
            }
            certificates.append(certificate)
        }
        first = certificates[0]
        pem = blocks.pemText
    }
}

/// The kinds of keys that certificates may have.
enum KeyKinds {
    /// For people.
    static let description = "RSA of at least 2048 bits, P-256, P-384, P-521 or Ed25519"
}

extension Certificate {
    /// One that signs itself is known by itself: its signature says nothing.
    fileprivate var isWeaklySigned: Bool {
        signatureAlgorithm == .sha1WithRSAEncryption && issuer != subject
    }
}
