import Foundation

/// A folder that is removed with this object.
final class TemporaryFolder: Sendable {
    private let url: URL

    init() throws {
        // A short path: the name of a UNIX socket has 107 bytes at most.
        url = URL(filePath: "/tmp").appending(path: "http-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appending(path: name))) }
}
