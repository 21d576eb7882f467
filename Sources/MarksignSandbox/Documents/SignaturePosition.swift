/// The corner of the page that shows the signature; `auto` leaves the choice to the service.
enum SignaturePosition: String, CaseIterable {
    case auto
    case leftTop = "left_top"
    case leftBottom = "left_bottom"
    case rightTop = "right_top"
    case rightBottom = "right_bottom"
}
