/// Everything that can be set, read and checked.
public struct Settings: SettingsGroup {
    /// How Marksign is reached.
    public let marksign: Marksign
    /// Where the bridge listens.
    public let listeners: Listeners
    /// Where everything is kept.
    public let store: Store
    /// When Marksign is asked about a session.
    public let poll: Poll
    /// How much is asked of Marksign.
    public let upstream: Upstream
    /// Where events may go, and how often it is tried.
    public let webhooks: Webhooks
    /// How large what comes in may be.
    public let limits: Limits
    /// How long what is over is kept.
    public let retention: Retention
    /// How the service stops.
    public let shutdown: Shutdown
    /// What is logged.
    public let log: Log
    /// What can be meant, but seldom is: one line each, for the log.
    public let warnings: [String]

    /// All settings.
    public static var keys: [SettingKey] { SettingCatalogue.all }

    /// Reads all settings.
    public init(_ reader: inout SettingsReader) {
        marksign = Marksign(&reader)
        listeners = Listeners(&reader)
        store = Store(&reader)
        poll = Poll(&reader)
        upstream = Upstream(&reader)
        webhooks = Webhooks(&reader)
        limits = Limits(&reader)
        retention = Retention(&reader)
        shutdown = Shutdown(&reader)
        log = Log(&reader)
        warnings = reader.warnings
    }
}
