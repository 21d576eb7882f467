import Glibc
import Testing

@testable import BridgeServer

@Suite("Addresses to listen on")
struct ListenAddressTests {
    private func address(_ host: String, _ port: Int) -> ListenAddress {
        ListenAddress(host: host, port: port, hostName: "--host", portName: "--port")
    }

    @Test("Any free port will do", arguments: ["127.0.0.1", "localhost", "0.0.0.0"])
    func free(host: String) throws {
        try ListenAddress.check(address(host, 0))
    }

    @Test(
        "A host that cannot be listened on is told in one line",
        arguments: [
            ("192.0.2.1", #"--host: "192.0.2.1" is not an address of this machine"#),
            ("no host", #"--host: "no host" is no address, and no known name"#),
            ("nowhere.invalid", #"--host: "nowhere.invalid" is no address, and no known name"#),
            ("a\nb", #"--host: "a\nb" is no address, and no known name"#),
        ])
    func badHost(host: String, line: String) {
        #expect(throws: ListenError(description: line)) { try ListenAddress.check(address(host, 0)) }
    }

    @Test("A taken port is told, is free again once its owner is gone, and is had once")
    func takenPort() throws {
        var taken: TakenPort? = try TakenPort()
        let port = try #require(taken?.number)
        #expect(throws: ListenError(description: "--port: \(TakenPort.host):\(port) is in use already")) {
            try ListenAddress.check(address(TakenPort.host, port))
        }
        taken = nil
        try ListenAddress.check(address(TakenPort.host, port))
        #expect(throws: ListenError(description: "--port: 0.0.0.0:\(port) is in use already")) {
            try ListenAddress.check(address(TakenPort.host, port), address("0.0.0.0", port))
        }
    }

    @Test(
        "What listening fails with is told in one line that begins with what to change",
        arguments: [
            (EADDRINUSE, "--port: [::1]:80 is in use already"),
            (EADDRNOTAVAIL, #"--host: "::1" is not an address of this machine"#),
            (EACCES, "--port: [::1]:80 needs privileges that this process does not have"),
            (EAFNOSUPPORT, "--host: [::1]:80 cannot be listened on: Address family not supported by protocol"),
        ])
    func errors(code: CInt, line: String) {
        #expect(address("::1", 80).error(code).description == line)
    }
}
