extension Duration {
    /// Whole milliseconds, rounded up, within 0 and what a `CInt` holds (24 days): what libcurl and poll take.
    var boundedMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Int64(CInt.max) / 1000 else { return Int(CInt.max) }
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
