import Crypto
import Foundation

/// A client's API key: `mbk_<id>_<secret>`, an id of 12 characters and a secret of 256 random bits.
///
/// The key itself is shown once and never stored: what is kept is the SHA-256 of the whole text.
public struct APIKey: Sendable {
    /// Says which key it is; not a secret.
    public let id: String
    /// The whole key. A secret: it must reach no log, error or metric.
    public let text: String

    private static let prefix = "mbk_"

    /// Makes a new key.
    public init(using generator: inout some RandomNumberGenerator) {
        var idCharacters: [UInt8] = []
        CrockfordBase32.append(generator.next(), digits: 12, to: &idCharacters)
        var secret: [UInt8] = []
        for _ in 0..<4 {
            withUnsafeBytes(of: generator.next() as UInt64) { secret.append(contentsOf: $0) }
        }
        id = String(decoding: idCharacters, as: UTF8.self)
        text = "\(Self.prefix)\(id)_\(secret.map { byte in Self.hex(byte) }.joined())"
    }

    /// Reads a key that a caller sent; `nil` when it has not the form of one.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 4 + 12 + 1 + 64, text.hasPrefix(Self.prefix), bytes[16] == UInt8(ascii: "_"),
            bytes[4..<16].allSatisfy({ CrockfordBase32.alphabet.contains($0) })
        else { return nil }
        id = String(decoding: bytes[4..<16], as: UTF8.self)
        self.text = text
    }

    /// What is stored of the key.
    public var digest: [UInt8] {
        Array(SHA256.hash(data: Data(text.utf8)))
    }

    /// Whether this is the key of that digest, in constant time.
    public func matches(_ stored: [UInt8]) -> Bool {
        let own = digest
        guard own.count == stored.count else { return false }
        var difference: UInt8 = 0
        for index in own.indices { difference |= own[index] ^ stored[index] }
        return difference == 0
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
