public import Measurement
import PhysicalMemory

extension MachineConfiguration {
    /// What a result says of this machine.
    public var summary: MachineSummary {
        let (fill, pins): (Double?, Int?) =
            switch start {
            case .generated(let fill, let pins): (fill, pins)
            case .recorded: (nil, nil)
            }
        return MachineSummary(
            memoryPages: presentPages,
            areas: areas.map { MachineSummary.Area(name: $0.name, pages: $0.geometry.pages) },
            fill: fill, pins: pins, background: background.isEmpty ? nil : background.summary,
            kernel: kernel.name)
    }
}
