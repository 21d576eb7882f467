/// Why a text is not acceptable JSON, and where.
public struct JSONSyntaxError: Error, Hashable, Sendable {
    /// The kinds of fault; the raw values are stable.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Nothing but whitespace.
        case empty = "empty"
        /// The text is longer than 4 GiB.
        case tooLarge = "too_large"
        /// The text begins with a byte order mark.
        case byteOrderMark = "byte_order_mark"
        /// The text ends inside a value.
        case unexpectedEnd = "unexpected_end"
        /// A character that cannot stand there.
        case unexpectedCharacter = "unexpected_character"
        /// Something follows the value.
        case trailingContent = "trailing_content"
        /// A number that breaks the grammar: leading zero, bare point or sign.
        case invalidNumber = "invalid_number"
        /// A number that overflows a `Double`, or is longer than 1 024 characters.
        case numberOutOfRange = "number_out_of_range"
        /// An unescaped control character in a string.
        case controlCharacter = "control_character"
        /// A backslash that begins no valid escape.
        case invalidEscape = "invalid_escape"
        /// An escaped surrogate without its other half.
        case loneSurrogate = "lone_surrogate"
        /// Bytes in a string that are not UTF-8.
        case invalidUTF8 = "invalid_utf8"
        /// A key that its object already has.
        case duplicateKey = "duplicate_key"
        /// Nested deeper than allowed.
        case tooDeep = "too_deep"
        /// More values than allowed.
        case tooManyValues = "too_many_values"
    }

    /// The kind of fault.
    public let kind: Kind
    /// Where, in bytes from the beginning of the text.
    public let offset: Int

    /// One line for people; it never repeats any of the text.
    public var message: String {
        "\(kind.rawValue.split(separator: "_").joined(separator: " ")) at byte \(offset)"
    }

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// The same as ``message``.
    public var description: String { message }
}
