import Marksign
import Testing

@Suite struct PersonalCodeTests {
    @Test(
        arguments: [
            ("30303039914", .lithuania), ("40404040009", .lithuania), ("50001029996", .lithuania),
            ("30403039917", .lithuania), ("30403039928", .lithuania), ("30403039939", .lithuania),
            ("30403039946", .lithuania), ("30403039950", .lithuania), ("30403039972", .lithuania),
            ("30403039983", .lithuania), ("49912318881", .lithuania), ("91234567890", .lithuania),
            ("30303039914", .estonia), ("40404040009", .estonia), ("50001029996", .estonia), ("60001017705", .estonia),
            ("30403039917", .estonia), ("49912318881", .estonia),
            ("030303-10012", .latvia), ("290200-20000", .latvia), ("311299-10000", .latvia), ("010100-00000", .latvia),
            ("320000-00000", .latvia), ("329999-99999", .latvia),
        ] as [(String, Country)]) func accepts(_ code: String, _ country: Country) throws
    {
        let code = try #require(PersonalCode(code, country: country), "\(code)")
        #expect(code.country == country)
    }

    @Test func lithuanianCodesMayLackMonthAndDay() throws {
        // The right last digits for a birth in 1990 of unknown month and day.
        let codes = (0...9).compactMap { PersonalCode("3900000000\($0)", country: .lithuania) }
        #expect(codes.count == 1)
        #expect(PersonalCode(codes[0].rawValue, country: .estonia) == nil)
    }

    @Test(
        arguments: [
            ("", .lithuania), ("30303039915", .lithuania), ("3030303991", .lithuania), ("303030399140", .lithuania),
            ("3030303991a", .lithuania), (" 0303039914", .lithuania), ("３0303039914", .lithuania),
            ("03030303991", .lithuania),
            ("9123456789", .lithuania), ("91234567890", .estonia), ("60001017706", .estonia),
            ("030303-10012", .lithuania), ("030303-10012", .estonia), ("30303039914", .latvia),
            ("03030310012", .latvia),
            ("030303 10012", .latvia), ("030303-1001", .latvia), ("030303-100123", .latvia), ("030303-30012", .latvia),
            ("310203-10012", .latvia), ("330303-10012", .latvia), ("000303-10012", .latvia), ("031303-10012", .latvia),
            ("290201-20000", .latvia), ("290200-10000", .latvia), ("32000000000", .latvia), ("32000a-00000", .latvia),
        ] as [(String, Country)]) func refuses(_ code: String, _ country: Country)
    {
        #expect(PersonalCode(code, country: country) == nil)
    }

    @Test(arguments: ["30230303991", "30013013991", "30002293991"])
    func datesThatDoNotExistAreRefusedWhateverTheChecksum(_ head: String) {
        for last in 0...9 {
            #expect(PersonalCode(head.dropLast() + "\(last)", country: .estonia) == nil)
        }
    }

    @Test func everySingleDigitMistakeIsFound() {
        for position in 1..<11 {
            for digit in 0...9 {
                var code = Array("60001017705")
                guard String(code[position]) != "\(digit)" else { continue }
                code[position] = Character("\(digit)")
                #expect(PersonalCode(String(code), country: .estonia) == nil)
            }
        }
    }
}
