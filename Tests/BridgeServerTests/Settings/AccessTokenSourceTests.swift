import BridgeCore
import Foundation
import Logging
import Marksign
import Synchronization
import Testing

@testable import BridgeServer

@Suite("The access token in a file")
struct AccessTokenSourceTests {
    /// A clock that is moved by hand.
    private final class ManualClock: Sendable {
        private let nanoseconds = Mutex<Int64>(0)
        var now: Tick { Tick(nanoseconds: nanoseconds.withLock { $0 }) }
        func advance(_ duration: Duration) {
            nanoseconds.withLock { $0 += Int64(duration.inSeconds * 1e9) }
        }
    }

    private let clock = ManualClock()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func makeSource(_ path: String) throws(SettingsError) -> AccessTokenSource {
        try AccessTokenSource(.file(path: path), logger: logger) { [clock] in clock.now }
    }

    @Test("A change is followed, at most a second late")
    func follows() throws {
        let folder = try TemporaryFolder()
        let source = try makeSource(try folder.write("token", "first\n"))
        #expect(source.current.rawValue == "first")
        try folder.write("token", "the second\n".replacing(" ", with: "-"))
        clock.advance(.milliseconds(999))
        #expect(source.current.rawValue == "first")
        clock.advance(.milliseconds(1))
        #expect(source.current.rawValue == "the-second")
    }

    @Test("A file that is replaced through a link is followed")
    func followsLinks() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", "first")
        try folder.write("b", "second")
        let link = "\(folder.path)/token"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a")
        let source = try makeSource(link)
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "b")
        clock.advance(.seconds(1))
        #expect(source.current.rawValue == "second")
    }

    @Test("When the file goes bad the token stays, and a good file is taken again", arguments: ["", "\n", "a b", nil])
    func keeps(bad: String?) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("token", "first")
        let source = try makeSource(path)
        if let bad { try folder.write("token", bad) } else { try FileManager.default.removeItem(atPath: path) }
        clock.advance(.seconds(1))
        #expect(source.current.rawValue == "first")
        try folder.write("token", "third-token")
        clock.advance(.seconds(1))
        #expect(source.current.rawValue == "third-token")
    }

    @Test("A file that is bad from the start stops the start", arguments: ["", "a b", nil])
    func refuses(text: String?) throws {
        let folder = try TemporaryFolder()
        if let text { try folder.write("token", text) }
        let lines = problems { () throws(SettingsError) in _ = try makeSource("\(folder.path)/token") }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("marksign.accessTokenFile: \(folder.path)/token ") == true)
    }
}
