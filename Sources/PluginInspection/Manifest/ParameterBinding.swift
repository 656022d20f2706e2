/// A parameter and the value it has in one run.
public struct ParameterBinding: Equatable, Sendable {
    public let parameter: Parameter
    public let value: ParameterValue
}

extension PluginManifest {
    /// The value of every parameter, in the order of the note: its setting, or its default.
    ///
    /// Of several settings of one parameter the last wins; the others are checked too, so that a
    /// mistake does not hide behind an override.
    ///
    /// Throws `ParameterError` for a name the plugin does not have and for a value that is not of
    /// the parameter's type and range.
    public func bind(
        settings: [(name: String, value: String)]
    ) throws(ParameterError) -> [ParameterBinding] {
        var values = parameters.map(\.defaultValue)
        for setting in settings {
            guard let index = parameters.firstIndex(where: { $0.name == setting.name }) else {
                throw ParameterError(
                    code: .unknownName, name: setting.name, text: setting.value,
                    names: parameters.map(\.name))
            }
            values[index] = try parameters[index].value(parsing: setting.value)
        }
        return zip(parameters, values).map(ParameterBinding.init)
    }
}
