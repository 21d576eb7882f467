import Marksign

/// Whatever a server says, it is a bounded wait or nothing.
enum RetryAfterFuzz {
    /// The years 0 to 9999.
    private static let calendar = -62_167_219_200..<253_402_300_800

    static func check(_ input: [UInt8]) throws(FuzzFailure) {
        let text = String(decoding: input, as: UTF8.self)
        let value = RetryAfter.parse(text)
        try demand(RetryAfter.parse(" \(text)\t") == value, "blanks around it do not matter")
        switch value {
        case .seconds(let seconds):
            try demand((0...RetryAfter.maximumSeconds).contains(seconds), "seconds are bounded")
            let digits = text.filter { !" \t".contains($0) }
            try demand(RetryAfter.parse("0\(digits)") == value, "zeros before it do not matter")
        case .date(let date):
            try demand(calendar.contains(date), "a date is of the calendar")
        case nil: return
        }
        for now in [0, 1_795_291_287, Int(Int32.max), .max, .min] {
            let delay = value?.delay(now: now) ?? .zero
            try demand(delay >= .zero, "nobody waits for the past")
        }
    }
}
