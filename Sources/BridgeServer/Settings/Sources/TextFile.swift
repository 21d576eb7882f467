// Which of the two has `stat` depends on how the module is built.
import CoreFoundation
import Glibc

/// Reads small text files.
enum TextFile {
    /// Why a file could not be read, as a short text.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        /// Whether there is no such file.
        var isMissing = false
    }

    private static let maximumSize = 1 << 20

    /// The text of a regular file of at most 1 MiB.
    static func read(_ path: String) throws(Failure) -> String {
        // Without O_NONBLOCK, opening a pipe would wait for its writer.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw systemFailure() }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw systemFailure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(description: "is not a regular file") }
        guard status.st_size <= maximumSize else { throw Failure(description: "is larger than 1 MiB") }
        var bytes: [UInt8] = []
        while bytes.count <= maximumSize {
            let part = try readPart(of: file)
            if part.isEmpty { return try text(bytes) }
            bytes += part
        }
        throw Failure(description: "is larger than 1 MiB")
    }

    private static func readPart(of file: CInt) throws(Failure) -> [UInt8] {
        var part = [UInt8](repeating: 0, count: 65_536)
        var count: Int
        repeat {
            count = part.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw systemFailure() }
        return Array(part.prefix(count))
    }

    private static func text(_ bytes: [UInt8]) throws(Failure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(description: "is not UTF-8") }
        return text
    }

    private static func systemFailure() -> Failure {
        let code = errno
        return Failure(
            description: "cannot be read: \(String(cString: strerror(code)))",
            isMissing: code == ENOENT || code == ENOTDIR)
    }
}

extension String {
    /// The text without blanks and line ends around it.
    var trimmingBlanksAndLines: String {
        var rest = Substring(self)
        while let first = rest.unicodeScalars.first, " \t\r\n".unicodeScalars.contains(first) {
            rest.unicodeScalars.removeFirst()
        }
        while let last = rest.unicodeScalars.last, " \t\r\n".unicodeScalars.contains(last) {
            rest.unicodeScalars.removeLast()
        }
        return String(rest)
    }
}
