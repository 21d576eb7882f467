import Testing

@testable import BridgeServer

@Suite("Flags")
struct SettingFlagsTests {
    @Test("Both ways to write a value, and the configuration file")
    func reading() throws {
        let flags = try SettingFlags(
            ["--http-port", "1", "--http-host=::1", "--config", "a.json", "--http-public-url=http://x/?a=b"],
            reading: Settings.keys)
        #expect(flags.configFile == "a.json")
        #expect(
            Set(flags.values.map { "\($0.name)=\($1)" })
                == ["http.port=1", "http.host=::1", "http.publicUrl=http://x/?a=b"])
    }

    @Test(
        "What is wrong is told in one line",
        arguments: [
            (["--http-prot", "1"], "unknown flag \"--http-prot\"; did you mean --http-port?"),
            (["--nonsense-altogether"], "unknown flag \"--nonsense-altogether\""),
            (["--http-port", "1", "--http-port", "2"], "--http-port is given twice"),
            (["--config", "a", "--config", "b"], "--config is given twice"),
            (["--http-port"], "--http-port has no value"),
            (["--http-port", "--http-host", "x"], "--http-port has no value"),
            (["serve"], "unexpected argument \"serve\""),
            (["-p"], "unexpected argument \"-p\""),
        ])
    func faults(arguments: [String], line: String) {
        let lines = problems { () throws(SettingsError) in _ = try SettingFlags(arguments, reading: Settings.keys) }
        #expect(lines == [line])
    }

    @Test(
        "A secret is refused, and not told",
        arguments: [["--marksign-access-token", "hush"], ["--store-encryption-key=hush"]])
    func secrets(arguments: [String]) {
        let lines = problems { () throws(SettingsError) in _ = try SettingFlags(arguments, reading: Settings.keys) }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("a secret is not taken from the command line") == true)
        #expect(lines.first?.contains("hush") == false)
    }
}
