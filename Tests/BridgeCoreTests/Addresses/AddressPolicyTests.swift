import BridgeCore
import Testing

@Suite("Addresses")
struct AddressPolicyTests {
    static let specialAddresses = [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255",
        "192.0.0.0", "192.0.0.255", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.0",
        "192.168.255.255", "192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.0",
        "239.255.255.255", "240.0.0.0", "255.255.255.255", "168.63.129.16", "100.100.100.200",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:1ff:ffff::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1",
        "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "fd00:ec2::254",
    ]
    static let publicAddresses = [
        "1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
        "2001:200::1", "2a00:1450::1", "::ffff:8.8.8.8",
    ]

    @Test("special addresses are forbidden", arguments: specialAddresses)
    func forbidden(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressPolicy(allowed: []).allows(address, port: 443))
    }

    @Test("public addresses are allowed", arguments: publicAddresses)
    func allowed(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy(allowed: []).allows(address, port: 443))
    }

    @Test("allowed networks open private addresses, on their port only when they name one")
    func networks() throws {
        let networks = try ["10.0.0.0/8", "127.0.0.1/32:9191", "[fd00::/8]:8443"].map { try #require(Network($0)) }
        let policy = AddressPolicy(allowed: networks)
        func allows(_ text: String, _ port: UInt16) throws -> Bool {
            policy.allows(try #require(IPAddress(text)), port: port)
        }
        #expect(try allows("10.1.2.3", 80))
        #expect(try allows("::ffff:10.1.2.3", 80))
        #expect(try allows("127.0.0.1", 9191))
        #expect(try !allows("127.0.0.1", 9192))
        #expect(try !allows("127.0.0.2", 9191))
        #expect(try allows("fd12::1", 8443))
        #expect(try !allows("fd12::1", 443))
    }

    @Test("metadata addresses are never allowed", arguments: ["169.254.169.254", "fd00:ec2::254", "100.100.100.200"])
    func metadata(_ text: String) throws {
        let everything = try ["0.0.0.0/0", "::/0"].map { try #require(Network($0)) }
        let address = try #require(IPAddress(text))
        #expect(!AddressPolicy(allowed: everything).allows(address, port: 80))
    }

    @Test(
        "what is no network",
        arguments: [
            "", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "010.0.0.0/8", "fd00::/129", "fd00::1/8", "10.0.0.0/8:0",
            "10.0.0.0/8:65536", "[fd00::/8", "10.0.0.0/-1", "10.0.0.0/8/8", "example.com", "10.0.0.0", "::1",
            "[10.0.0.0/8]:1", "[fd00::/8]443", "10.0.0.0/8:", "/8", "0x0a.0.0.0/8", "[fd00::/8]:0", "[::/0]9",
            "10.0.0.0/ 8",
        ])
    func noNetwork(_ text: String) {
        #expect(Network(text) == nil)
    }

    @Test(
        "addresses read and write",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1.2.3.4", "1.2.3.4"),
            ("::ffff:1.2.3.4", "::ffff:102:304"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("fe80::", "fe80::"),
        ])
    func text(_ text: String, _ canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(
        "what is no plain address",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.1", "2130706433", "1.2.3.256", ":::", "1::2::3", "12345::",
            "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3", "g::",
        ])
    func noAddress(_ text: String) {
        #expect(IPAddress(text) == nil)
    }
}
