import Crypto
import Foundation

/// Seals what is stored: AES-GCM under the store's encryption key, bound to the place where the value is stored.
///
/// The sealed form is `1`, four bytes that name the key, a random nonce of 12, the ciphertext and a tag of 16. Without
/// a key the form is `0` and the value itself. A sealer with keys opens no plain form, and one without keys no sealed
/// form: nobody can put a plain value in the place of a sealed one.
struct Sealer: Sendable {
    private struct Key: Sendable {
        let id: Data
        let key: SymmetricKey
    }

    private enum Form {
        static let plain: UInt8 = 0
        static let sealed: UInt8 = 1
    }

    private static let keyIDLength = 4
    private let keys: [Key]

    /// The first key seals, all open.
    init(keys: [[UInt8]]) throws(StoreOpenError) {
        guard keys.allSatisfy({ $0.count == 32 }) else { throw .keyMalformed }
        self.keys = keys.map { bytes in
            Key(id: Data(SHA256.hash(data: bytes).prefix(Self.keyIDLength)), key: SymmetricKey(data: bytes))
        }
    }

    /// Whether there is a key.
    var seals: Bool { !keys.isEmpty }

    /// The id of the key that seals.
    var sealingKeyID: Data? { keys.first?.id }

    func seal(_ value: some DataProtocol, at place: Place) -> Data {
        guard let first = keys.first else { return Data([Form.plain]) + value }
        var sealed = Data([Form.sealed]) + first.id
        // Sealing fails only for keys and nonces of other lengths.
        guard let box = try? AES.GCM.seal(value, using: first.key, authenticating: place.bytes),
            let combined = box.combined
        else { preconditionFailure("AES-GCM refused a key of 256 bits") }
        sealed.append(combined)
        return sealed
    }

    func open(_ stored: Data, at place: Place) throws(DamagedValue) -> Data {
        guard let form = stored.first else { throw DamagedValue("\(place) is empty") }
        let rest = stored.dropFirst()
        guard seals else {
            guard form == Form.plain else { throw DamagedValue("\(place) is sealed, and there is no key") }
            return rest
        }
        guard form == Form.sealed, rest.count > Self.keyIDLength else { throw DamagedValue("\(place) is not sealed") }
        let id = rest.prefix(Self.keyIDLength)
        for key in keys where key.id == id {
            guard let box = try? AES.GCM.SealedBox(combined: rest.dropFirst(Self.keyIDLength)) else { break }
            if let value = try? AES.GCM.open(box, using: key.key, authenticating: place.bytes) { return value }
        }
        throw DamagedValue("\(place) cannot be opened with the given keys")
    }
}

/// A stored value that is not what the bridge writes.
struct DamagedValue: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
