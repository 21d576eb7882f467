/// Every setting there is. Flags, the checks of unknown names, help texts and the table of the README come from here.
public enum SettingCatalogue {
    /// All settings, in the order in which they are shown.
    public static let all: [SettingKey] = [
        Settings.Marksign.keys, Settings.Listeners.keys, Settings.Store.keys, Settings.Poll.keys,
        Settings.Upstream.keys, Settings.Webhooks.keys, Settings.Limits.keys, Settings.Retention.keys,
        Settings.Shutdown.keys, Settings.Log.keys,
    ].flatMap { $0 }

    /// The setting of that name.
    static func key(named name: String) -> SettingKey? {
        byName[name]
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
