import BridgeCore
import Foundation

extension Row {
    func time(_ column: Int) -> Timestamp {
        Timestamp(milliseconds: self[column])
    }

    func optionalTime(_ column: Int) -> Timestamp? {
        (self[column] as Int64?).map { Timestamp(milliseconds: $0) }
    }

    func optionalID<Kind>(_ column: Int) -> Identifier<Kind>? {
        (self[column] as String?).map { Identifier(stored: $0) }
    }

    func bytes(_ column: Int) -> [UInt8] {
        Array(self[column] as Data)
    }

    /// A word of a closed vocabulary. Only a newer version or damage explains another.
    func word<Value: RawRepresentable<String>>(_ column: Int, as type: Value.Type = Value.self) throws -> Value {
        let text: String = self[column]
        guard let value = Value(rawValue: text) else { throw DamagedValue("\(Value.self) \(text) is not known") }
        return value
    }

    func optionalWord<Value: RawRepresentable<String>>(
        _ column: Int, as type: Value.Type = Value.self
    ) throws -> Value? {
        hasNull(column) ? nil : try word(column)
    }
}
