import Emulation
import Scenes

extension BackgroundOptions {
    /// What is given in place of a scene's values.
    func given() throws(CommandFailure) -> [GivenSetting] {
        func option(_ value: Int?, _ name: String, _ path: String) -> [GivenSetting] {
            GivenSetting.option(value.map { "\($0)" }, name, path: path)
        }
        var given = option(cpus, "--cpus", "machine.cpus")
        given += option(writers, "--writers", "background.writers")
        given += option(disk, "--disk", "background.disk")
        given += GivenSetting.option(processes, "--processes", path: "background.processes")
        given += GivenSetting.option(turnover, "--turnover", path: "background.turnover")
        given += GivenSetting.option(thp ? "yes" : nil, "--thp", path: "background.thp")
        given += GivenSetting.option(mlock ? "yes" : nil, "--mlock", path: "background.mlock")
        given += option(transientPins, "--transient-pins", "background.transient_pins")
        given += option(pageLocks, "--page-locks", "background.page_locks")
        if let warmUp, let duration = try warmUpDuration() {
            given.append(
                GivenSetting(
                    path: "background.warm_up", value: "\(duration)", source: "--warm-up", written: warmUp))
        }
        return given
    }
}
