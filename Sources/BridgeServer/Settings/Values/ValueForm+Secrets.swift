import Foundation
import Marksign

extension ValueForm where Value == AccessToken {
    /// Visible ASCII characters.
    static var accessToken: Self {
        ValueForm("1 to 1024 visible ASCII characters") { AccessToken($0) }
    }
}

extension ValueForm where Value == Secret<[UInt8]> {
    /// A key of 256 bits.
    static var encryptionKey: Self {
        ValueForm("base64 of 32 bytes") { text in
            guard let data = Data(base64Encoded: text), data.count == 32 else { return nil }
            return Secret(Array(data))
        }
    }
}
