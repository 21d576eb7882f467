import Logging

/// Metadata as pairs of texts, sorted by key: nested names are joined by full stops, elements by their places.
struct FlatMetadata {
    private(set) var pairs: [(key: String, value: String)] = []

    init(_ metadata: Logger.Metadata) {
        add(metadata, prefix: "")
        pairs.sort { $0.key < $1.key }
    }

    private mutating func add(_ metadata: Logger.Metadata, prefix: String) {
        for (key, value) in metadata { add(value, named: prefix + key) }
    }

    private mutating func add(_ value: Logger.MetadataValue, named name: String) {
        switch value {
        case .string(let text): pairs.append((name, text))
        case .stringConvertible(let value): pairs.append((name, value.description))
        case .dictionary(let inner): add(inner, prefix: "\(name).")
        case .array(let elements):
            for (place, element) in elements.enumerated() { add(element, named: "\(name).\(place)") }
        }
    }
}
