import BridgeCore
import BridgeRuntime
import CurlHTTP
import Glibc

/// A URL, an address or a network. The C library is asked too: it reads spellings that people do not expect.
enum AddressFuzz {
    private static let rules = WebhookRules(allowHTTP: false, addresses: AddressPolicy(allowed: []))

    static func check(_ input: [UInt8]) throws(FuzzFailure) {
        guard !input.contains(0) else { return }
        let text = String(decoding: input, as: UTF8.self)
        try checkURL(text)
        try checkURL("https://\(text)/")
        try checkAddress(text)
        guard let network = Network(text) else { return }
        let range = text.filter { $0 != "[" }.prefix { $0 != "/" }
        guard let address = IPAddress(range) else {
            throw FuzzFailure(description: "it does not hold that a network has an address")
        }
        try demand(network.contains(address, port: network.port ?? 1), "a network has its first address")
    }

    private static func checkURL(_ url: String) throws(FuzzFailure) {
        guard rules.fault(of: url) == nil else { return }
        try demand(url.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a URL is plain ASCII")
        guard let target = try? RequestTarget(url: url) else {
            throw FuzzFailure(description: "it does not hold that what is allowed can be requested")
        }
        try demand(target.isEncrypted && !target.hasUserInfo, "only https, and nobody's password")
        if let literal = target.literal { try demand(rules.allows(literal), "a literal address is a public one") }
        // What inet_aton reads (127.1, 0x7f000001, 2130706433), a lookup may read as well.
        var odd = in_addr()
        guard target.literal == nil else { return }
        try demand(inet_aton(target.host, &odd) == 0, "a name is no spelling of an address")
    }

    private static func checkAddress(_ text: String) throws(FuzzFailure) {
        var v4 = in_addr()
        var v6 = in6_addr()
        let known: [UInt8]? =
            if inet_pton(AF_INET, text, &v4) == 1 {
                withUnsafeBytes(of: v4, Array.init)
            } else if inet_pton(AF_INET6, text, &v6) == 1 { withUnsafeBytes(of: v6, Array.init) } else { nil }
        let address = IPAddress(text)
        try demand(address?.bytes == known, "addresses are read as the C library reads them")
        if let address { try demand(IPAddress(address.description) == address, "an address survives its text") }
    }
}
