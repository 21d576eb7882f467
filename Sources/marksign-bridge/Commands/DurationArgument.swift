import ArgumentParser
import BridgeServer

/// A duration on the command line, written like those of the settings: `500ms`, `2.5s`, `5m`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        guard let duration = Duration(settingText: argument) else { return nil }
        self.duration = duration
    }

    var description: String { duration.settingText }
    var defaultValueDescription: String { description }
}
