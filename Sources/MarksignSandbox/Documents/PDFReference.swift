/// The name of an indirect object.
struct PDFReference: Hashable, CustomStringConvertible {
    var number: Int
    var generation: Int

    var description: String { "\(number) \(generation) R" }
}
