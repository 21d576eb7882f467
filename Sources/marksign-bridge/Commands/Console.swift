import Glibc

/// Standard output.
enum Console {
    /// Writes a line at once, also into a pipe.
    static func write(_ line: String) {
        write(Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Writes bytes at once. When nobody reads any more, they are dropped.
    static func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
    }
}
