import TextSupport

extension PluginManifest.EntryPoint {
    /// Reads `SYMBOL:SIGNATURE` and checks that every argument will have a value: in a
    /// workload from a parameter, in a strategy by its fixed signature.
    init(declaredBy field: ManifestField, parameters: [Parameter], kind: PluginManifest.Kind)
        throws(ManifestError)
    {
        guard let colon = field.value.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw field.error(.malformedEntry, field.value)
        }
        symbol = String(field.value[..<colon])
        guard Names.isSymbol(symbol) else { throw field.error(.malformedSymbol, symbol) }
        do {
            signature = try Signature(parsing: String(field.value[field.value.utf8.index(after: colon)...]))
        } catch {
            throw ManifestError(
                code: .malformedSignature, key: field.key,
                offset: field.valueOffset + symbol.utf8.count + 1 + error.offset, found: symbol,
                signature: error)
        }
        guard kind == .workload else {
            guard signature.result == .size, signature.arguments.map(\.type) == PluginManifest.strategyTypes
            else { throw field.error(.strategySignature, symbol) }
            return
        }
        for (index, argument) in signature.arguments.enumerated() {
            guard let name = argument.name else {
                throw field.error(.unnamedArgument, symbol, "\(index + 1)")
            }
            if name == PluginManifest.hostArgument {
                guard argument.type == .ptr else { throw field.error(.hostArgumentType, symbol) }
                continue
            }
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                let near = Spelling.nearest(to: name, among: parameters.map(\.name))
                throw field.error(.unknownArgument, "\(argument)", near ?? "")
            }
            guard parameter.type == argument.type else {
                throw field.error(.argumentType, "\(argument)", "\(parameter.type)")
            }
        }
    }
}
