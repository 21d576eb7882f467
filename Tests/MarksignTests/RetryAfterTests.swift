import Marksign
import Testing

@Suite struct RetryAfterTests {
    @Test(
        arguments: [
            ("0", .seconds(0)), ("120", .seconds(120)), (" 7\t", .seconds(7)), ("007", .seconds(7)),
            ("2147483648", .seconds(2_147_483_647)), ("99999999999999999999999999", .seconds(2_147_483_647)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .date(epochSeconds: 784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", .date(epochSeconds: 784_111_777)),
            ("Sun Nov  6 08:49:37 1994", .date(epochSeconds: 784_111_777)),
            ("Sat Nov 26 08:49:37 1994", .date(epochSeconds: 785_839_777)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", .date(epochSeconds: 0)),
            ("Tue, 29 Feb 2028 23:59:60 GMT", .date(epochSeconds: 1_835_481_600)),
            ("Saturday, 21-Nov-26 10:00:12 GMT", .date(epochSeconds: 1_795_255_212)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", .date(epochSeconds: 253_402_300_799)),
        ] as [(String, RetryAfter)]) func reads(_ text: String, _ expected: RetryAfter)
    {
        #expect(RetryAfter.parse(text) == expected)
    }

    @Test(arguments: [
        "", " ", "-5", "+5", "1.5", "1e3", "0x10", "5s", "1 2", "１２", "soon", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 31 Feb 2027 08:49:37 GMT",
        "Mon, 29 Feb 2027 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov  6 08:49:37 94", "1994-11-06T08:49:37Z", "Sun, 00 Nov 1994 08:49:37 GMT",
    ]) func refuses(_ text: String) {
        #expect(RetryAfter.parse(text) == nil)
    }

    @Test func delays() {
        #expect(RetryAfter.seconds(30).delay(now: 1_000_000) == .seconds(30))
        #expect(RetryAfter.date(epochSeconds: 1_000_090).delay(now: 1_000_000) == .seconds(90))
        #expect(RetryAfter.date(epochSeconds: 999_999).delay(now: 1_000_000) == .zero)
        #expect(RetryAfter.date(epochSeconds: .min).delay(now: 1_000_000) == .zero)
        #expect(RetryAfter.date(epochSeconds: .max).delay(now: -1) == .seconds(Int.max) + .seconds(1))
    }
}
