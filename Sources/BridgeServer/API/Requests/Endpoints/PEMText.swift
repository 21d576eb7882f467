import Marksign
import SwiftASN1

/// A text of PEM blocks (RFC 7468), and nothing but blocks: what stands between them is shown to nobody, and may be
/// what must not be shown.
struct PEMText {
    /// The blocks, in order.
    let blocks: [PEMDocument]

    /// The most bytes of a text.
    static let maximumBytes = 64 * 1024

    /// Reads lines of any length and ending; `nil` when there is anything but blocks.
    init?(_ text: String) {
        var blocks: [PEMDocument] = []
        var label: Substring?
        var base64: [UInt8] = []
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let line = Substring(line).trimmingBlanks
            if line.isEmpty { continue }
            if let begun = Self.label(in: line, "BEGIN") {
                guard label == nil else { return nil }
                label = begun
            } else if let ended = Self.label(in: line, "END") {
                guard ended == label, let bytes = Base64.decode(base64), !bytes.isEmpty else { return nil }
                blocks.append(PEMDocument(type: String(ended), derBytes: bytes))
                label = nil
                base64 = []
            } else {
                guard label != nil else { return nil }
                base64 += line.utf8
            }
        }
        guard label == nil else { return nil }
        self.blocks = blocks
    }

    /// Whether a text has a key that only a passphrase opens, in the way of PKCS #8 or the older one of OpenSSL.
    static func isEncrypted(_ text: String) -> Bool {
        text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")
    }

    private static func label(in line: String, _ word: String) -> Substring? {
        let (prefix, suffix) = ("-----\(word) ", "-----")
        guard line.hasPrefix(prefix), line.hasSuffix(suffix), line.utf8.count > prefix.utf8.count + suffix.utf8.count
        else { return nil }
        return line.dropFirst(prefix.count).dropLast(suffix.count)
    }
}

extension Sequence<PEMDocument> {
    /// The blocks as every reader takes them, one after another.
    var pemText: String { map { $0.pemString + "\n" }.joined() }
}
