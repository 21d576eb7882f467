import Foundation

/// The places that settings come from: flags, then the environment, then files of secrets, then a configuration file.
public struct SettingsSources: Sendable {
    let inOrder: [SettingsSource]

    /// Where a container's secrets are mounted.
    public static let defaultSecretsFolder = "/run/secrets"

    /// Gathers what is set.
    ///
    /// - Parameters:
    ///   - flags: What the command line sets.
    ///   - environment: The environment variables.
    ///   - secretsFolder: A folder that holds a file for each secret; it need not exist.
    /// - Throws: ``SettingsError`` when a file cannot be read, or the configuration file is wrong or names what is not
    ///   a setting.
    public init(
        flags: SettingFlags = SettingFlags(),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        secretsFolder: String = SettingsSources.defaultSecretsFolder
    ) throws(SettingsError) {
        var sources = [SettingsSource(flags.values) { $0.flag }, SettingsSource(environment: environment)]
        var problems: [String] = []
        do throws(SettingsError) {
            let secrets = try SecretFiles.read(in: secretsFolder)
            sources.append(SettingsSource(secrets) { "\(secretsFolder)/\($0.secretFileName)" })
        } catch { problems += error.problems }
        if let path = flags.configFile {
            do throws(SettingsError) {
                let values = try ConfigFile.read(path)
                sources.append(SettingsSource(values) { "\(path), \($0.name)" })
            } catch { problems += error.problems }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        inOrder = sources
    }

    /// What is set and where, and the defaults of the rest; secrets are not shown.
    public func effective(_ keys: [SettingKey]) -> [EffectiveSetting] {
        let reader = SettingsReader(inOrder)
        return keys.compactMap { key in
            if let (text, origin) = reader.shown(key) {
                return EffectiveSetting(key: key, text: text, origin: origin)
            }
            return key.defaultText.map { EffectiveSetting(key: key, text: $0, origin: "default") }
        }
    }
}

/// A setting as it holds.
public struct EffectiveSetting: Sendable, Equatable {
    /// Which setting.
    public let key: SettingKey
    /// Its value as it was written; a secret is `<redacted>`.
    public let text: String
    /// Where it was written, or `default`.
    public let origin: String
}
