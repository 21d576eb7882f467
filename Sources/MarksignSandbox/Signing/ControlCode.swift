import Crypto

/// The four digits that Smart-ID shows to the signer for a digest: the last two bytes of its SHA-256.
func controlCode(of digest: some Sequence<UInt8>) -> String {
    let hash = Array(SHA256.hash(data: Array(digest)))
    let number = Int(hash[30]) << 8 | Int(hash[31])
    return padded(number % 10_000, 4)
}
