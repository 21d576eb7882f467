extension JSONParser {
    /// Longer numbers say nothing more, and turning them into a `Double` has a cost.
    private static let maximumNumberLength = 1024

    mutating func readLiteral(_ literal: StaticString, _ kind: JSON.Kind) throws(JSONSyntaxError) {
        let start = position
        for offset in 0..<literal.utf8CodeUnitCount {
            guard position < text.count else { throw JSONSyntaxError(.unexpectedEnd, at: position) }
            guard text[position] == literal.utf8Start[offset] else {
                throw JSONSyntaxError(.unexpectedCharacter, at: position)
            }
            position += 1
        }
        try append(kind, from: start, to: position)
    }

    mutating func readNumber() throws(JSONSyntaxError) {
        let start = position
        if text[position] == UInt8(ascii: "-") { position += 1 }
        let integerStart = position
        let integerDigits = try skipDigits()
        guard integerDigits == 1 || text[integerStart] != UInt8(ascii: "0") else {
            throw JSONSyntaxError(.invalidNumber, at: integerStart)
        }
        if position < text.count, text[position] == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        var hasExponent = false
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            hasExponent = true
            position += 1
            if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") {
                position += 1
            }
            try skipDigits()
        }
        // Only an exponent or more than 308 digits can overflow.
        if hasExponent || integerDigits > 308 {
            guard position - start <= Self.maximumNumberLength,
                let value = Double(String(decoding: text[start..<position], as: UTF8.self)), value.isFinite
            else { throw JSONSyntaxError(.numberOutOfRange, at: start) }
        }
        try append(.number, from: start, to: position)
    }

    /// Steps over one or more digits and returns how many.
    @discardableResult
    private mutating func skipDigits() throws(JSONSyntaxError) -> Int {
        let start = position
        while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) { position += 1 }
        guard position > start else {
            throw JSONSyntaxError(position < text.count ? .invalidNumber : .unexpectedEnd, at: position)
        }
        return position - start
    }

    mutating func readString() throws(JSONSyntaxError) {
        let start = position
        var hasEscapes = false
        position += 1
        while true {
            position += PlainText.runLength(text, from: position, allowsNonASCII: false)
            guard position < text.count else { throw JSONSyntaxError(.unexpectedEnd, at: position) }
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                try append(.string, from: start, to: position, hasEscapes: hasEscapes)
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0x80...:
                guard let length = UTF8Sequence.length(in: text, at: position) else {
                    throw JSONSyntaxError(.invalidUTF8, at: position)
                }
                position += length
            default:
                throw JSONSyntaxError(.controlCharacter, at: position)
            }
        }
    }

    private mutating func skipEscape() throws(JSONSyntaxError) {
        guard position + 1 < text.count else { throw JSONSyntaxError(.unexpectedEnd, at: text.count) }
        let byte = text[position + 1]
        if JSONEscapes.short(byte) != nil {
            position += 2
        } else if byte == UInt8(ascii: "u"), JSONEscapes.codeUnit(in: text, at: position + 2) != nil {
            guard let (_, length) = JSONEscapes.scalar(in: text, at: position) else {
                throw JSONSyntaxError(.loneSurrogate, at: position)
            }
            position += length
        } else {
            throw JSONSyntaxError(.invalidEscape, at: position)
        }
    }
}
