/// ZIP as containers use it: entries are stored, not compressed.
enum ZIPArchive {
    /// A new archive with `entries` in their order and `comment` at its end.
    static func stored(_ entries: [(name: String, content: [UInt8])], comment: String) -> [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            // From the version needed to the length of the extra field. Flag 11 says that names are UTF-8; the date is
            // the format's first day, so that equal contents give equal archives.
            let header =
                short(20, 0x0800, 0, 0, 0x21) + long(Int(CRC32.checksum(entry.content)))
                + long(entry.content.count, entry.content.count) + short(entry.name.utf8.count, 0)
            directory += "PK\u{1}\u{2}".utf8 + short(20) + header + short(0, 0, 0) + long(0, archive.count)
            directory += entry.name.utf8
            archive += "PK\u{3}\u{4}".utf8 + header + entry.name.utf8 + entry.content
        }
        let end =
            "PK\u{5}\u{6}".utf8 + short(0, 0, entries.count, entries.count) + long(directory.count, archive.count)
        return archive + directory + end + short(comment.utf8.count) + comment.utf8
    }

    /// The same archive with `comment` in place of its own; nil when `archive` is not a ZIP file.
    static func commented(_ archive: [UInt8], _ comment: String) -> [UInt8]? {
        let end = 22
        // The end record is the last that fits the comment behind it, which is 65 535 bytes at most.
        for start in stride(from: archive.count - end, through: max(0, archive.count - end - 0xFFFF), by: -1)
        where archive[start...].starts(with: "PK\u{5}\u{6}".utf8) {
            return archive[..<(start + end - 2)] + short(comment.utf8.count) + comment.utf8
        }
        return nil
    }

    private static func short(_ numbers: Int...) -> [UInt8] {
        numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    private static func long(_ numbers: Int...) -> [UInt8] {
        numbers.flatMap { short($0, $0 >> 16) }
    }
}
