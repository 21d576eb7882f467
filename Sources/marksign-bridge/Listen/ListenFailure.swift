/// Why `listen` cannot do what it was asked to: one line for the person who asked.
struct ListenFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
