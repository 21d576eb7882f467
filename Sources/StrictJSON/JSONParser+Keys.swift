extension JSONParser {
    /// Small objects, nearly all, are compared pair by pair; larger ones through a set, whose hash is seeded, so that
    /// chosen keys cannot make it slow.
    private static let pairwiseLimit = 8

    func rejectDuplicateKeys(of object: Int) throws(JSONSyntaxError) {
        var keys: [Int] = []
        var key = object + 1
        while key < nodes.count {
            keys.append(key)
            key = nodes[key + 1].next
        }
        if keys.count <= Self.pairwiseLimit {
            for (position, key) in keys.enumerated() {
                for earlier in keys[..<position] where haveSameName(key, earlier) {
                    throw JSONSyntaxError(.duplicateKey, at: nodes[key].range.lowerBound)
                }
            }
        } else {
            var names = Set<[UInt8]>(minimumCapacity: keys.count)
            for key in keys where !names.insert(name(of: key)).inserted {
                throw JSONSyntaxError(.duplicateKey, at: nodes[key].range.lowerBound)
            }
        }
    }

    private func haveSameName(_ key: Int, _ other: Int) -> Bool {
        if nodes[key].hasEscapes || nodes[other].hasEscapes { return name(of: key) == name(of: other) }
        return text[nodes[key].range].elementsEqual(text[nodes[other].range])
    }

    private func name(of key: Int) -> [UInt8] {
        let range = nodes[key].range
        let quoted = UnsafeRawBufferPointer(rebasing: text[range.lowerBound + 1..<range.upperBound - 1])
        guard nodes[key].hasEscapes else { return Array(quoted) }
        var name: [UInt8] = []
        JSONEscapes.forEachPiece(of: quoted) { name.append(contentsOf: $0) }
        return name
    }
}
