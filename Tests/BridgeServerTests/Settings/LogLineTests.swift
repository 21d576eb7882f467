import BridgeCore
import Glibc
import Logging
import StrictJSON
import Synchronization
import Testing

@testable import BridgeServer

@Suite("Log lines")
struct LogLineTests {
    private func line(_ message: String, _ metadata: Logger.Metadata) -> LogLine {
        LogLine(
            time: Timestamp(milliseconds: 1_795_255_212_345), level: .warning, logger: "test", message: message,
            metadata: FlatMetadata(metadata).pairs)
    }

    @Test("JSON, with nested metadata flattened")
    func json() {
        let metadata: Logger.Metadata = [
            "b": "x\ny", "a": ["inner": "1", "list": ["p", "q"]], "n": .stringConvertible(5), "level": "mine",
        ]
        let text = String(decoding: line("said \"so\"\u{1B}", metadata).json, as: UTF8.self)
        #expect(
            text == """
                {"time":"2026-11-21T10:00:12.345Z","level":"warning","logger":"test","message":"said \\"so\\"\\u001b",\
                "a.inner":"1","a.list.0":"p","a.list.1":"q","b":"x\\ny","metadata.level":"mine","n":"5"}

                """)
    }

    @Test("Text, on one line whatever comes")
    func text() {
        let metadata: Logger.Metadata = ["b": "x\ny", "a": "two words", "c": "", "d": "\u{9B}31m\u{202E}"]
        let text = String(decoding: line("line\r\none", metadata).text, as: UTF8.self)
        #expect(
            text == """
                2026-11-21T10:00:12.345Z WARNING  line\\r\\none  a="two words" b=x\\ny c="" d=\\u{9b}31m\\u{202e}

                """)
    }

    @Test("Text, where a value cannot end its quotes, with an accent either")
    func quotes() {
        let text = String(decoding: line("said", ["a": "x\"\u{301} b=\\\u{301}\""]).text, as: UTF8.self)
        #expect(
            text.utf8.elementsEqual(
                "2026-11-21T10:00:12.345Z WARNING  said  a=\"x\\\"\u{301} b=\\\\\u{301}\\\"\"\n".utf8))
    }

    @Test("Lines of many writers stay whole")
    func wholeLines() async throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        let logger = Logger(label: "test") { label in
            LineLogHandler(label: label, level: .info, format: .json, output: LogOutput(descriptor: writeEnd)) {
                Timestamp(milliseconds: 0)
            }
        }
        // Longer than PIPE_BUF, so that the kernel alone would not keep it whole.
        let long = String(repeating: "x", count: 6000)
        async let written: Void = withTaskGroup { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<20 { logger.info("\(long)", metadata: ["writer": "\(writer).\(number)"]) }
                }
            }
        }
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < 160 {
            var part = [UInt8](repeating: 0, count: 65_536)
            let count = read(readEnd, &part, part.count)
            try #require(count > 0)
            bytes += part.prefix(count)
        }
        await written
        close(readEnd)
        close(writeEnd)
        let lines = try bytes.split(separator: UInt8(ascii: "\n")).map { try JSON.parse(Array($0)) }
        #expect(Set(lines.map { $0["writer"]?.string }).count == 160)
    }
}
