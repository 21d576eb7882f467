/// The containers that Marksign signs.
public enum DocumentType: String, Hashable, Sendable, CaseIterable {
    /// PDF with a PAdES signature.
    case pdf
    /// The Lithuanian ADOC container.
    case adoc
    /// The Estonian BDOC container.
    case bdoc
    /// ASiC-E, the European container.
    case asice
}
