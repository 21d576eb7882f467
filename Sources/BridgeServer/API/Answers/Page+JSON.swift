import BridgeCore
import StrictJSON

extension Page {
    /// A list as a JSON text: `{"data":[…],"next_cursor":…}`.
    func json(_ write: (Element, inout JSONObjectWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("data") { writer in
                for element in elements { writer.object { write(element, &$0) } }
            }
            writer.member("next_cursor", next)
        }
        return writer.bytes
    }
}
