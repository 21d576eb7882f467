import BridgeCore
import Foundation
import StrictJSON

/// How a result is written in its columns: JSON, sealed, what tells of the signer apart from the rest.
enum ResultCoding {
    static func bytes(_ result: SessionResult) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch result {
            case .hash(let value):
                writer.member("signature_value", value)
            case .document(let document):
                let file = document.file
                writer.member("name", file.name)
                writer.member("size", file.size)
                writer.member("digest", file.digest)
                writer.member("digest_algorithm", file.digestAlgorithm)
                writer.member("digest_verified", file.digestVerified)
                writer.member("sha256", file.sha256)
                writer.member("media_type", file.mediaType)
            }
        }
        return writer.bytes
    }

    /// Raw JSON is kept as a string, so that not a byte of it changes.
    static func bytes(_ personal: PersonalData) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("signature_id", personal.signatureID)
            writer.member("name", personal.name)
            writer.member("surname", personal.surname)
            writer.member("sanctions_data", personal.sanctionsData.map { String(decoding: $0, as: UTF8.self) })
            writer.member("peps_data", personal.pepsData.map { String(decoding: $0, as: UTF8.self) })
        }
        return writer.bytes
    }

    static func result(_ stored: Data, fileAvailable: Bool, personal: Data?) throws -> SessionResult {
        let json = try parse(stored)
        if let value = json["signature_value"]?.string { return .hash(signatureValue: value) }
        return .document(
            SignedDocumentRecord(
                file: try file(json), fileAvailable: fileAvailable, personal: try personal.map(self.personal)))
    }

    static func file(_ stored: Data) throws -> SignedFile {
        try file(parse(stored))
    }

    private static func file(_ json: JSON) throws -> SignedFile {
        guard let name = json["name"]?.string, let size = json["size"]?.integer,
            let verified = json["digest_verified"]?.boolean, let sha256 = json["sha256"]?.string,
            let mediaType = json["media_type"]?.string
        else { throw DamagedValue("a stored result lacks a member") }
        return SignedFile(
            name: name, size: Int(size), digest: json["digest"]?.string,
            digestAlgorithm: json["digest_algorithm"]?.string, digestVerified: verified, sha256: sha256,
            mediaType: mediaType)
    }

    private static func personal(_ stored: Data) throws -> PersonalData {
        let json = try parse(stored)
        return PersonalData(
            signatureID: json["signature_id"]?.string, name: json["name"]?.string, surname: json["surname"]?.string,
            sanctionsData: json["sanctions_data"]?.string.map { Array($0.utf8) },
            pepsData: json["peps_data"]?.string.map { Array($0.utf8) })
    }

    private static func parse(_ stored: Data) throws -> JSON {
        do {
            return try JSON.parse(Array(stored))
        } catch {
            throw DamagedValue("a stored result cannot be read")
        }
    }
}
