import BridgeCore
import StrictJSON

extension FieldReader {
    private static let maximumHeaders = 20
    private static let maximumHeaderBytes = 8 * 1024

    /// Reads the header fields that a client adds to its webhooks.
    func webhookHeaders(_ name: String, _ faults: inout FieldFaults) -> [EndpointHeader]? {
        let limit = Self.maximumHeaders
        let elements = read(name, "must be an array of at most \(limit) header fields", &faults) { json in
            json.elements.flatMap { $0.count <= limit ? $0 : nil }
        }
        guard let elements else { return nil }
        var names: Set<String> = []
        var headers: [EndpointHeader] = []
        for (index, json) in elements.enumerated() {
            let pointer = Self.pointer(path(name), "\(index)")
            guard let header = EndpointHeader(json, at: pointer, &faults) else { continue }
            if !names.insert(header.name.lowercased()).inserted {
                faults.add(Self.pointer(pointer, "name"), "stands in the list before")
            }
            headers.append(header)
        }
        if headers.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count }) > Self.maximumHeaderBytes {
            faults.add(path(name), "may have at most \(Self.maximumHeaderBytes) bytes in all")
        }
        return headers
    }
}

extension EndpointHeader {
    private static let maximumValueLength = 1024

    fileprivate init?(_ json: JSON, at pointer: String, _ faults: inout FieldFaults) {
        guard let fields = FieldReader(json, at: pointer, known: ["name", "value", "secret"], &faults) else {
            return nil
        }
        fields.require("name", &faults)
        fields.require("value", &faults)
        let name = fields.string(
            "name", atMost: HeaderName.maximumLength,
            "must be 1 to \(HeaderName.maximumLength) letters, digits or !#$%&'*+-.^_`|~", &faults,
            where: HeaderName.isToken)
        if let name, HeaderName.isReserved(name) {
            faults.add(fields.path("name"), "names a field that the bridge, HTTP or a proxy sets")
        }
        let value = fields.string(
            "value", atMost: Self.maximumValueLength,
            "must be 1 to \(Self.maximumValueLength) visible ASCII characters, spaces only between them; "
                + "that of a secret is given anew",
            &faults, where: Self.allows(value:))
        let isSecret = fields.boolean("secret", &faults)
        guard let name, let value else { return nil }
        self.init(name: name, value: value, isSecret: isSecret == true || HeaderName.isAlwaysSecret(name))
    }

    private static func allows(value: String) -> Bool {
        let space = UInt8(ascii: " ")
        return !value.isEmpty && value.utf8.first != space && value.utf8.last != space
            && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
