/// Where on the page a visible signature stands.
public enum SignaturePosition: String, Hashable, Sendable, CaseIterable {
    /// Where Marksign finds room.
    case auto
    /// The upper left corner.
    case leftTop = "left_top"
    /// The lower left corner.
    case leftBottom = "left_bottom"
    /// The upper right corner.
    case rightTop = "right_top"
    /// The lower right corner.
    case rightBottom = "right_bottom"
}

/// The page that a visible signature stands on.
public enum SignaturePage: String, Hashable, Sendable, CaseIterable {
    /// The first page.
    case first = "first_page"
    /// The last page.
    case last = "last_page"
}
