import ArgumentParser
import BridgeCore
import BridgeServer
import CurlHTTP
import Foundation

/// What to replay, and where it is kept.
struct ReplayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Do not listen: send the events since then to --forward-to, and exit.", valueName: "1h | time"))
    var replaySince: String?

    @Option(help: ArgumentHelp("The bridge whose events are replayed.", valueName: "url"))
    var bridge = "http://127.0.0.1:8080"

    @Option(
        help: ArgumentHelp("A file with the API key, in place of MARKSIGN_BRIDGE_API_KEY.", valueName: "file"))
    var apiKeyFile: String?

    private static let keyVariable = "MARKSIGN_BRIDGE_API_KEY"

    /// The time from which to replay; `nil` when nothing is to be replayed.
    func since(now: Date = Date()) throws(ListenFailure) -> Timestamp? {
        guard let text = replaySince else {
            guard apiKeyFile == nil else { throw ListenFailure("--api-key-file is for --replay-since") }
            return nil
        }
        if let time = Timestamp(rfc3339: text) { return time }
        guard let duration = Duration(settingText: text) else {
            throw ListenFailure(
                "--replay-since is neither a duration, such as 90m, nor a time, such as 2026-11-21T10:00:00Z")
        }
        let now = Timestamp(milliseconds: Int64(now.timeIntervalSince1970 * 1000))
        return max(now - duration, Timestamp(milliseconds: 0))
    }

    /// The events of that bridge.
    func archive(http: HTTPClient) throws(ListenFailure) -> EventArchive {
        var url = Substring(bridge)
        while url.hasSuffix("/") { url.removeLast() }
        guard (try? RequestTarget(url: String(url))) != nil, !url.contains(where: { "?#@".contains($0) }) else {
            throw ListenFailure("--bridge is not the http or https URL of a bridge")
        }
        return EventArchive(bridge: String(url), apiKey: try apiKey(), http: http)
    }

    /// Never a flag: flags show in `ps`.
    private func apiKey() throws(ListenFailure) -> String {
        let source = apiKeyFile.map { "--api-key-file \($0)" } ?? Self.keyVariable
        let text: String?
        if let apiKeyFile {
            do {
                let file = try FileHandle(forReadingFrom: URL(filePath: apiKeyFile))
                // More is no key. Reading like this suits a pipe, too.
                text = try file.read(upToCount: 4096).map { String(decoding: $0, as: UTF8.self) }
            } catch {
                throw ListenFailure("\(source) cannot be read")
            }
        } else {
            text = ProcessInfo.processInfo.environment[Self.keyVariable]
        }
        let key = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty else {
            throw ListenFailure(
                "a replay needs an API key of the bridge (mbk_…): set \(Self.keyVariable) or --api-key-file")
        }
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ListenFailure("\(source) does not hold an API key (mbk_…)")
        }
        return key
    }
}
