import Foundation
import Marksign
import Testing

/// An encoder that is not the project's own.
func testBase64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
}

@Suite struct Base64Tests {
    @Test(arguments: 0...70) func decodesWhatOthersEncode(_ count: Int) {
        for seed in [0, 1, 0x5A, 0xFB, 0xFF] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ seed) }
            let text = Array(testBase64(bytes).utf8)
            #expect(Base64.decode(text) == bytes)
            #expect(Base64.decodedCount(of: text) == count)
            #expect(Base64.decode(String(decoding: text, as: UTF8.self).utf8) == bytes)
        }
    }

    @Test(arguments: [
        "Q", "QQ", "QQQ", "QQ=", "=", "==", "====", "Q===", "QQ===", "QQQ==", "QQ==QQ==", "QQ=Q", "QQ==Q", "QUJD=",
        "QR==", "QUK=", "QUJ=", "QUJ D", "QUJD\n", "\nQUJD", "QUJDR", "-_-_", "QU.D", "QUJDQUJ\u{0}", "ąąą=",
        "QUJDQQ=A",
    ]) func refuses(_ text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
        #expect(Base64.decodedCount(of: Array(text.utf8)) == nil)
    }

    @Test func everyByteOutsideTheAlphabetIsRefused() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max {
            for position in 0..<4 {
                var text = Array("QUJDQUJDQUJD".utf8)
                text[4 + position] = byte
                #expect((Base64.decodedCount(of: text) != nil) == alphabet.contains(byte))
            }
        }
    }
}
