/// A queue by priority, the least first, in which each key stands once and can be moved or removed: nothing outdated
/// is ever left behind in it. Every change costs O(log n).
struct IndexedHeap<Key: Hashable & Sendable, Priority: Comparable & Sendable>: Sendable {
    private var nodes: [Node] = []
    private var positions: [Key: Int] = [:]

    struct Node: Sendable {
        let key: Key
        let priority: Priority
    }

    var isEmpty: Bool { nodes.isEmpty }

    var count: Int { nodes.count }

    /// The key with the least priority.
    var first: Node? { nodes.first }

    /// The priority of a key, when it is there.
    func priority(of key: Key) -> Priority? {
        positions[key].map { nodes[$0].priority }
    }

    /// Inserts a key, or moves it.
    mutating func set(_ key: Key, to priority: Priority) {
        let node = Node(key: key, priority: priority)
        if let position = positions[key] {
            settle(node, at: position)
        } else {
            nodes.append(node)
            settle(node, at: nodes.count - 1)
        }
    }

    /// Removes a key, when it is there.
    mutating func remove(_ key: Key) {
        guard let position = positions.removeValue(forKey: key) else { return }
        let last = nodes.removeLast()
        if position < nodes.count { settle(last, at: position) }
    }

    /// Removes the key with the least priority.
    mutating func popFirst() -> Node? {
        guard let first = nodes.first else { return nil }
        remove(first.key)
        return first
    }

    /// Puts a node where it belongs, beginning at a place whose own node does not count any more.
    private mutating func settle(_ node: Node, at start: Int) {
        var position = start
        while position > 0, case let parent = (position - 1) / 2, node.priority < nodes[parent].priority {
            put(nodes[parent], at: position)
            position = parent
        }
        while let child = lesserChild(of: position), nodes[child].priority < node.priority {
            put(nodes[child], at: position)
            position = child
        }
        put(node, at: position)
    }

    private func lesserChild(of position: Int) -> Int? {
        let left = 2 * position + 1
        guard left < nodes.count else { return nil }
        let right = left + 1
        return right < nodes.count && nodes[right].priority < nodes[left].priority ? right : left
    }

    private mutating func put(_ node: Node, at position: Int) {
        nodes[position] = node
        positions[node.key] = position
    }
}
