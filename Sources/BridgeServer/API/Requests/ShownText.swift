/// What a signer reads on the phone before signing: it must look like what it is.
enum ShownText {
    /// Whether a text has something to see, and nothing that acts without being seen.
    static func allows(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        return scalars.allSatisfy { !isHidden($0) } && !scalars.allSatisfy(\.properties.isWhitespace)
    }

    /// Control characters, marks that turn the direction of what follows, and characters without a width.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200B...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.generalCategory == .control
        }
    }
}
