/// The candidate that was probably meant; `nil` when none is close.
func nearest(to text: String, in candidates: [String]) -> String? {
    let wanted = Array(text.lowercased().unicodeScalars)
    let ranked = candidates.map { ($0, editDistance(wanted, Array($0.lowercased().unicodeScalars))) }
    guard let (best, distance) = ranked.min(by: { $0.1 < $1.1 }), distance <= max(2, best.count / 4) else { return nil }
    return best
}

/// How many insertions, removals and replacements make one of the other (Levenshtein).
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard left.count <= 256, right.count <= 256 else { return .max }
    var row = Array(0...right.count)
    for (line, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = line + 1
        for (column, b) in right.enumerated() {
            let replaced = diagonal + (a == b ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[right.count]
}
