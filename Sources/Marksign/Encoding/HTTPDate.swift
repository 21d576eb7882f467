/// Dates as HTTP writes them (RFC 9110 section 5.6.7).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// Seconds since 1970-01-01 UTC of a date, given as its words, in the form of today or one of the two obsolete
    /// ones; nil for anything else. The weekday must be one, but need not be the right one.
    static func epochSeconds(_ words: [String]) -> Int? {
        guard let weekday = words.first else { return nil }
        if weekday.last == ",", words.last == "GMT" {
            let name = String(weekday.dropLast())
            if words.count == 6, isShort(name) {  // Sun, 06 Nov 1994 08:49:37 GMT
                return epochSeconds(day: words[1], month: words[2], year: words[3], time: words[4])
            }
            if words.count == 4, weekdays.contains(name) {  // Sunday, 06-Nov-94 08:49:37 GMT
                let date = words[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
                guard date.count == 3, let year = number(date[2], digits: 2...2) else { return nil }
                // The century is left out: no date of this protocol lies before 1970.
                return epochSeconds(
                    day: date[0], month: date[1], year: String(year < 70 ? 2000 + year : 1900 + year), time: words[2])
            }
        }
        guard words.count == 5, isShort(weekday) else { return nil }  // Sun Nov  6 08:49:37 1994
        return epochSeconds(day: words[2], month: words[1], year: words[4], time: words[3])
    }

    private static func isShort(_ weekday: String) -> Bool {
        weekdays.contains { $0.prefix(3) == weekday }
    }

    private static func epochSeconds(day: String, month: String, year: String, time: String) -> Int? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2...2) }
        guard let day = number(day, digits: 1...2), let month = months.firstIndex(of: month).map({ $0 + 1 }),
            let year = number(year, digits: 4...4), CalendarDate.exists(year: year, month: month, day: day),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = CalendarDate.daysSinceEpoch(year: year, month: month, day: day)
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }
}
