import StrictJSON

extension String {
    /// The text as a JSON string, with an escape only where one is needed.
    var json: String {
        var writer = JSONWriter()
        writer.array { $0.element(self) }
        return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}
