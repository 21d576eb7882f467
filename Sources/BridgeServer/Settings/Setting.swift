/// A setting and the form of its value. It may be absent.
struct Setting<Value: Sendable>: Sendable {
    let key: SettingKey
    let form: ValueForm<Value>

    init(
        _ name: String, _ form: ValueForm<Value>, shownDefault: String? = nil, secret: Bool = false,
        mayHoldPassword: Bool = false, _ summary: String
    ) {
        key = SettingKey(
            name: name, defaultText: shownDefault, summary: summary, isSecret: secret, mayHoldPassword: mayHoldPassword)
        self.form = form
    }
}

/// A setting that has a value even when nobody sets it.
struct DefaultedSetting<Value: Sendable>: Sendable {
    let setting: Setting<Value>
    let defaultValue: Value

    var key: SettingKey { setting.key }

    /// The default is read like what people write: one that cannot be read is a programmer's error.
    init(
        _ name: String, _ form: ValueForm<Value>, default text: String, mayHoldPassword: Bool = false, _ summary: String
    ) {
        guard let value = form.parse(text) else { preconditionFailure("the default of \(name) cannot be read") }
        setting = Setting(name, form, shownDefault: text, mayHoldPassword: mayHoldPassword, summary)
        defaultValue = value
    }
}
