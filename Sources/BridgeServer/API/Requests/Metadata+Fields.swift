import BridgeCore
import StrictJSON

extension Metadata {
    /// Reads `metadata`; none when it is left out.
    init(_ fields: FieldReader, _ faults: inout FieldFaults) {
        guard let json = fields.json("metadata") else {
            self = .none
            return
        }
        let pointer = fields.path("metadata")
        var pairs: [Pair] = []
        let members = json.members
        if members == nil { faults.add(pointer, "must be an object") }
        for (key, value) in members ?? [] {
            guard (1...Self.maximumKeyLength).contains(key.unicodeScalars.count) else {
                faults.add(pointer, "keys must have 1 to \(Self.maximumKeyLength) characters")
                continue
            }
            guard let text = value.text(atMost: Self.maximumValueLength) else {
                let path = FieldReader.pointer(pointer, key)
                faults.add(path, "must be a string of at most \(Self.maximumValueLength) characters")
                continue
            }
            pairs.append(Pair(key: key, value: text))
        }
        if pairs.count > Self.maximumPairs { faults.add(pointer, "may have at most \(Self.maximumPairs) pairs") }
        if pairs.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) > Self.maximumBytes {
            faults.add(pointer, "may have at most \(Self.maximumBytes) bytes in all")
        }
        self.init(pairs: pairs)
    }
}
