import Crypto
import Foundation

/// How many rows a table has, and a digest of all that is in them.
struct TableDigest: Sendable, Equatable {
    private(set) var rows = 0
    private var hash = SHA256()

    var bytes: [UInt8] { Array(hash.finalize()) }

    mutating func add(_ row: [ColumnValue]) {
        rows += 1
        for value in row {
            // With its kind and length, so that no two rows read the same.
            switch value {
            case .null: add(0, Data())
            case .integer(let number): add(1, withUnsafeBytes(of: number.bigEndian) { Data($0) })
            case .text(let text): add(2, Data(text.utf8))
            case .blob(let bytes): add(3, bytes)
            }
        }
    }

    private mutating func add(_ kind: UInt8, _ bytes: Data) {
        hash.update(data: [kind])
        withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: bytes)
    }

    static func == (one: TableDigest, other: TableDigest) -> Bool {
        one.rows == other.rows && one.bytes == other.bytes
    }
}
