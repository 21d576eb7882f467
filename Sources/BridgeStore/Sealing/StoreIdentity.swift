import Crypto
import Foundation

/// What makes one store itself: an id, and a random key under which what is only looked up is hashed.
struct StoreIdentity: Sendable {
    let storeID: String
    private let fingerprintKey: SymmetricKey

    private static let fingerprintPlace = Place(.metaValue, "fingerprint_key")
    private static let proof = Data("marksign-bridge".utf8)

    /// Reads the identity of a store that has one.
    init(_ db: Database, _ sealer: Sealer) throws {
        guard let storeID = try db.value("SELECT value FROM meta WHERE name = 'store_id'", as: Data.self),
            let sealed = try db.value("SELECT value FROM meta WHERE name = 'fingerprint_key'", as: Data.self)
        else { throw DamagedValue("the identity of the store is missing") }
        self.storeID = String(decoding: storeID, as: UTF8.self)
        fingerprintKey = SymmetricKey(data: try sealer.open(sealed, at: Self.fingerprintPlace))
    }

    /// Gives a new store its identity.
    static func create(_ db: Database, _ sealer: Sealer) throws {
        var generator = SystemRandomNumberGenerator()
        let key = (0..<4).flatMap { _ in withUnsafeBytes(of: generator.next() as UInt64) { Array($0) } }
        try db.run(
            "INSERT INTO meta (name, value) VALUES ('store_id', ?), ('fingerprint_key', ?)",
            [Data(UUID().uuidString.lowercased().utf8), sealer.seal(key, at: fingerprintPlace)])
        try addKey(of: sealer, db)
    }

    /// Leaves a proof of the key that seals from now on, so that the store is not opened without it later.
    static func addKey(of sealer: Sealer, _ db: Database) throws {
        guard let id = sealer.sealingKeyID else { return }
        try db.run(
            "INSERT INTO sealing_key (key_id, proof) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [id, sealer.seal(proof, at: proofPlace(id))])
    }

    /// Refuses keys that do not open all that the store may hold.
    static func checkKeys(_ db: Database, _ sealer: Sealer, path: String) throws {
        let proofs = try db.rows("SELECT key_id, proof FROM sealing_key")
        if proofs.isEmpty {
            if sealer.seals { throw StoreOpenError.notSealed(path: path) }
            return
        }
        guard sealer.seals else { throw StoreOpenError.keyMissing(path: path) }
        for row in proofs {
            guard let opened = try? sealer.open(row[1], at: proofPlace(row[0])), opened == proof else {
                throw StoreOpenError.keyDoesNotFit(path: path)
            }
        }
    }

    private static func proofPlace(_ keyID: Data) -> Place {
        Place(.keyProof, keyID.base64EncodedString())
    }

    /// The HMAC of `bytes`; the same bytes for another purpose have another.
    func fingerprint(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        var hmac = HMAC<SHA256>(key: fingerprintKey)
        hmac.update(data: Data("\(purpose)\u{0}".utf8))
        hmac.update(data: bytes)
        return Array(hmac.finalize())
    }
}
