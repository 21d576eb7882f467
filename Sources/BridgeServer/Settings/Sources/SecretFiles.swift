/// Files that hold one setting each, named like the flag: `marksign-access-token`.
///
/// Only files of known names are opened: the folder may be shared. Links are followed, because that is how Kubernetes
/// mounts a secret.
enum SecretFiles {
    static func read(in folder: String) throws(SettingsError) -> [SettingKey: String] {
        var values: [SettingKey: String] = [:]
        var problems: [String] = []
        for key in SettingCatalogue.all {
            let path = "\(folder)/\(key.secretFileName)"
            do throws(TextFile.Failure) {
                values[key] = try TextFile.read(path).trimmingBlanksAndLines
            } catch {
                if !error.isMissing { problems.append("\(key.name) (\(path)): \(error)") }
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        return values
    }
}
