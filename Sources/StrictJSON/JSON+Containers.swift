extension JSON {
    /// The value of an object's member, nil when there is none or this is not an object.
    ///
    /// Looks through the members in order: for many look-ups in one large object, take ``members`` once.
    public subscript(key: String) -> JSON? {
        guard kind == .object else { return nil }
        var found: JSON?
        forEachMember { name, value in
            if name.stringBytes!.elementsEqual(key.utf8) { found = value }
            return found == nil
        }
        return found
    }

    /// The members of an object in their order, nil for any other kind.
    public var members: [(key: String, value: JSON)]? {
        guard kind == .object else { return nil }
        var members: [(key: String, value: JSON)] = []
        forEachMember { name, value in
            members.append((name.string!, value))
            return true
        }
        return members
    }

    /// The elements of an array in their order, nil for any other kind.
    public var elements: [JSON]? {
        guard kind == .array else { return nil }
        var elements: [JSON] = []
        var next = index + 1
        let end = document.nodes[index].next
        while next < end {
            elements.append(JSON(document: document, index: next))
            next = document.nodes[next].next
        }
        return elements
    }

    /// Visits the members of an object until `body` returns false.
    private func forEachMember(_ body: (_ name: JSON, _ value: JSON) -> Bool) {
        var name = index + 1
        let end = document.nodes[index].next
        while name < end {
            // A name is one node, its value the next.
            guard body(JSON(document: document, index: name), JSON(document: document, index: name + 1)) else { return }
            name = document.nodes[name + 1].next
        }
    }
}
