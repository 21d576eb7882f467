import BridgeCore
import StrictJSON
import SwiftASN1
import X509

extension FieldReader {
    /// Reads whom to trust, and who to be, when connecting to an endpoint.
    func tls(_ name: String, at time: Timestamp, _ faults: inout FieldFaults) -> EndpointTLS? {
        guard let json = json(name),
            let fields = FieldReader(json, at: path(name), known: ["ca", "certificate", "private_key"], &faults)
        else { return nil }
        guard ["ca", "certificate", "private_key"].contains(where: fields.has) else {
            faults.add(path(name), "must have ca, or certificate and private_key, or be null")
            return nil
        }
        let authorities = fields.certificates("ca", atMost: 20, isPresented: false, at: time, &faults)
        return EndpointTLS(
            certificateAuthorities: authorities?.pem, identity: EndpointTLS.Identity(fields, at: time, &faults))
    }

    fileprivate func certificates(
        _ name: String, atMost limit: Int, isPresented: Bool, at time: Timestamp, _ faults: inout FieldFaults
    ) -> CertificateList? {
        pem(name, &faults).flatMap {
            CertificateList($0, at: path(name), atMost: limit, isPresented: isPresented, time: time, &faults)
        }
    }

    /// The key is written anew: of what may stand beside it, such as its public half, nothing was looked at.
    fileprivate func privateKey(
        _ name: String, _ faults: inout FieldFaults
    ) -> (key: Certificate.PrivateKey, pem: String)? {
        guard let text = pem(name, &faults) else { return nil }
        // What the parser says of a key is not told: it may hold a part of it.
        if let blocks = PEMText(text)?.blocks, blocks.count == 1,
            let key = try? Certificate.PrivateKey(pemDocument: blocks[0]), let block = try? key.serializeAsPEM()
        {
            return (key, [block].pemText)
        }
        faults.add(
            path(name),
            PEMText.isEncrypted(text)
                ? "must not be encrypted"
                : "must be one private key in PEM (PKCS #8, PKCS #1 or SEC 1), and nothing else: \(KeyKinds.description)"
        )
        return nil
    }

    private func pem(_ name: String, _ faults: inout FieldFaults) -> String? {
        let limit = PEMText.maximumBytes
        return string(name, atMost: limit, "must be a PEM text of at most \(limit) bytes", &faults) {
            $0.utf8.count <= limit
        }
    }
}

extension EndpointTLS.Identity {
    fileprivate init?(_ fields: FieldReader, at time: Timestamp, _ faults: inout FieldFaults) {
        guard fields.has("certificate") || fields.has("private_key") else { return nil }
        fields.require("certificate", &faults)
        fields.require("private_key", &faults)
        let chain = fields.certificates("certificate", atMost: 10, isPresented: true, at: time, &faults)
        guard let (key, pem) = fields.privateKey("private_key", &faults), let chain else { return nil }
        if key.publicKey != chain.first.publicKey {
            faults.add(fields.path("private_key"), "is not the key of the first certificate")
        }
        self.init(certificateChain: chain.pem, privateKey: pem)
    }
}
