/// The path of a route, such as `/v1/sessions/{id}`.
struct PathPattern: Sendable, Hashable {
    /// As it is written in the contract.
    let text: String
    private let segments: [Substring]

    init(_ text: String) {
        self.text = text
        segments = Self.segments(of: text)
    }

    /// What stands for `{…}` in a path, or `nil` when the path is another. Nothing is decoded: no path of the API needs
    /// an escape, so that every trick with one leads nowhere.
    func match(_ path: [Substring]) -> [Substring]? {
        guard path.count == segments.count else { return nil }
        var values: [Substring] = []
        for (segment, pattern) in zip(path, segments) {
            if pattern.first == "{" {
                values.append(segment)
            } else if segment != pattern {
                return nil
            }
        }
        return values
    }

    /// The segments of a path, empty ones too: `//` and a slash at the end make another path.
    static func segments(of path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
