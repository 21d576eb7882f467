import BridgeCore
import StrictJSON

extension ValueForm where Value == Duration {
    private static var maximumLength: Int { 32 }

    /// The duration of a JSON string, `nil` for anything else. What is shown again is in milliseconds: there are no
    /// parts of one.
    func wholeMilliseconds(_ json: JSON) -> Duration? {
        guard let duration = json.text(atMost: Self.maximumLength).flatMap(parse) else { return nil }
        return duration == .milliseconds(duration.wholeMilliseconds) ? duration : nil
    }
}
