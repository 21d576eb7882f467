/// What a setting is called, wherever it is written, and what people are told of it.
public struct SettingKey: Sendable, Hashable {
    /// The name in a configuration file, its parts joined by full stops: `marksign.baseUrl`.
    public let name: String
    /// What holds when it is not set, as it would be written; `nil` when nothing does.
    public let defaultText: String?
    /// What it is for, in one sentence without a full stop at its end.
    public let summary: String
    /// Whether its value must not be shown, and not be taken from the command line.
    public let isSecret: Bool
    /// Whether its value is a secret when there is a password in it.
    public let mayHoldPassword: Bool

    /// Whether that value must not be shown, and not be taken from the command line.
    func hides(_ value: String) -> Bool {
        isSecret || mayHoldPassword && StoreLocation.mayHoldPassword(value)
    }

    /// The group it belongs to: the part of its name before the first full stop.
    public var group: String { String(name.prefix { $0 != "." }) }

    /// The parts of its name.
    public var components: [String] { name.split(separator: ".").map(String.init) }

    /// The flag of the command line: `--marksign-base-url`.
    public var flag: String { "--\(dashed)" }

    /// The environment variable: `MARKSIGN_BASE_URL`.
    public var environmentName: String {
        dashed.map { $0 == "-" ? "_" : $0.uppercased() }.joined()
    }

    /// The file in the folder of secrets: `marksign-base-url`.
    public var secretFileName: String { dashed }

    private var dashed: String {
        var text = ""
        for character in name {
            if character == "." {
                text.append("-")
            } else if character.isUppercase {
                text += "-\(character.lowercased())"
            } else {
                text.append(character)
            }
        }
        return text
    }
}
