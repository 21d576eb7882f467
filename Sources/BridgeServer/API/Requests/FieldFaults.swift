/// Collects the faults of a request's fields, so that all are told at once.
struct FieldFaults {
    private(set) var errors: [FieldError] = []

    /// More would only make the answer long.
    private static let maximum = 50

    mutating func add(_ pointer: String, _ detail: String) {
        guard errors.count < Self.maximum else { return }
        errors.append(FieldError(pointer: pointer, detail: detail))
    }

    /// The problem that tells of all faults.
    var problem: Problem {
        var problem = Problem(.invalidRequest)
        problem.errors = errors
        return problem
    }

    /// - Throws: ``problem`` when there was any fault.
    func check() throws(Problem) {
        guard errors.isEmpty else { throw problem }
    }
}
