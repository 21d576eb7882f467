import StrictJSON

/// Reads the members of one JSON object, and notes what is wrong with them.
///
/// Every method returns `nil` for what is absent or wrong; only what is wrong is a fault. `null` is a value of no
/// field but those that are read as ``nullable(_:_:_:)``.
struct FieldReader {
    private let members: [String: JSON]
    private let pointer: String

    /// No name of a case is longer.
    static let maximumNameLength = 64

    /// - Parameter known: The names that the object may have; any other is a fault.
    init?(_ json: JSON, at pointer: String = "", known: [String], _ faults: inout FieldFaults) {
        guard let members = json.members else {
            faults.add(pointer, "must be an object")
            return nil
        }
        self.pointer = pointer
        self.members = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
        for (name, _) in members where !known.contains(name) {
            // A very long name is not repeated.
            faults.add(name.utf8.count <= 100 ? path(name) : pointer, "is not a known field")
        }
    }

    /// Whether the member is there, whatever it is.
    func has(_ name: String) -> Bool {
        members[name] != nil
    }

    /// The pointer of a member.
    func path(_ name: String) -> String {
        Self.pointer(pointer, name)
    }

    /// Notes that the member is missing, if it is.
    func require(_ name: String, _ faults: inout FieldFaults) {
        if !has(name) { faults.add(path(name), "is required") }
    }

    /// The member as it is.
    func json(_ name: String) -> JSON? {
        members[name]
    }

    /// A string of at most `limit` characters.
    func string(_ name: String, atMost limit: Int, _ faults: inout FieldFaults) -> String? {
        string(name, atMost: limit, "must be a string of at most \(limit) characters", &faults) { _ in true }
    }

    /// `true` or `false`.
    func boolean(_ name: String, _ faults: inout FieldFaults) -> Bool? {
        read(name, "must be true or false", &faults) { $0.boolean }
    }

    /// A string that names a case.
    func choice<Value: RawRepresentable<String>>(
        _ name: String, from cases: [Value], _ faults: inout FieldFaults
    ) -> Value? {
        let names = cases.map(\.rawValue).joined(separator: ", ")
        return read(name, "must be \(cases.count == 1 ? names : "one of \(names)")", &faults) { json in
            let text = json.text(atMost: Self.maximumNameLength)
            return cases.first { $0.rawValue == text }
        }
    }

    /// A string of at most `limit` characters that `accepts` takes.
    func string(
        _ name: String, atMost limit: Int, _ expected: String, _ faults: inout FieldFaults,
        where accepts: (String) -> Bool
    ) -> String? {
        read(name, expected, &faults) { json in json.text(atMost: limit).flatMap { accepts($0) ? $0 : nil } }
    }

    /// What `parse` makes of the member.
    func read<Value>(
        _ name: String, _ expected: String, _ faults: inout FieldFaults, _ parse: (JSON) -> Value?
    ) -> Value? {
        guard let json = members[name] else { return nil }
        let value = parse(json)
        if value == nil { faults.add(path(name), expected) }
        return value
    }

    /// What `read` makes of the member of that name; `.some(nil)` when it is `null`.
    func nullable<Value>(
        _ name: String, _ faults: inout FieldFaults, _ read: (String, inout FieldFaults) -> Value?
    ) -> Value?? {
        guard let json = members[name] else { return nil }
        return json.isNull ? .some(nil) : read(name, &faults).map { .some($0) }
    }

    /// The pointer of a member of the object, or of an element of the array, at `parent`.
    static func pointer(_ parent: String, _ name: String) -> String {
        // Scalar by scalar: a slash with an accent is a character of its own.
        let escaped = name.unicodeScalars.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }
        return "\(parent)/\(escaped.joined())"
    }
}
