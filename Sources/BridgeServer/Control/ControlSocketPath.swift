/// Where the control socket of a store is: beside its file.
public struct ControlSocketPath: Sendable, Equatable {
    /// The path.
    public let text: String

    /// `sun_path` holds 108 bytes, the last of which is zero.
    private static let maximumLength = 107

    /// The control socket of a store in that file.
    ///
    /// - Throws: ``SettingsError`` when the path is too long for a socket.
    public init(storePath: String) throws(SettingsError) {
        text = "\(storePath).sock"
        let length = text.utf8.count
        guard length <= Self.maximumLength else {
            throw SettingsError([
                """
                store.url: the control socket \(text) would have a path of \(length) bytes, and a socket's has at \
                most \(Self.maximumLength): choose a shorter path, or one relative to the working directory
                """
            ])
        }
    }
}
