import Emulation
import Recordings

extension MachineConfiguration {
    /// Gives the areas of a state the places that a scene has for them: a single one has the scene's name,
    /// several are the scene's by their names, and others follow.
    mutating func nameAreas(_ names: [String]) throws(CommandFailure) {
        guard areas.count > 1 else {
            guard names.count == 1 else {
                throw CommandFailure(
                    .configuration,
                    "--state is a machine with one area, the scene has \(names.count): drop one")
            }
            areas[0].name = names[0]
            return
        }
        guard case .recorded(var state) = start else { return }
        for name in names where !areas.contains(where: { $0.name == name }) {
            let known = areas.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .configuration, "--state has no area '\(name)', which the scene names; it has \(known)")
        }
        state.areas =
            names.compactMap { name in state.areas.first { $0.name == name } }
            + state.areas.filter { !names.contains($0.name) }
        areas = state.areas.compactMap { area in areas.first { $0.name == area.name } }
        start = .recorded(state)
    }
}
