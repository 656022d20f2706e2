/// The scripts of the page, by name. Their order does not matter: they declare functions, classes and constants, and
/// the page calls `start` after the last of them.
enum PageScripts {
    static let all: [(name: String, bytes: [UInt8])] = [
        ("anatomy", PackageResources.anatomy_js), ("area-state", PackageResources.area_state_js),
        ("area-timeline", PackageResources.area_timeline_js), ("dom", PackageResources.dom_js),
        ("latency", PackageResources.latency_js), ("main", PackageResources.main_js),
        ("map-grid", PackageResources.map_grid_js), ("map-view", PackageResources.map_view_js),
        ("page-history", PackageResources.page_history_js), ("palette", PackageResources.palette_js),
        ("plot", PackageResources.plot_js), ("reproduce", PackageResources.reproduce_js),
        ("results", PackageResources.results_js), ("success", PackageResources.success_js),
        ("sweep-curves", PackageResources.sweep_curves_js), ("sweep-data", PackageResources.sweep_data_js),
        ("sweep-effects", PackageResources.sweep_effects_js),
        ("sweep-front", PackageResources.sweep_front_js), ("sweep-heat", PackageResources.sweep_heat_js),
        ("sweep", PackageResources.sweep_js), ("text", PackageResources.text_js),
        ("timelines", PackageResources.timelines_js), ("verdict", PackageResources.verdict_js),
    ]
}
