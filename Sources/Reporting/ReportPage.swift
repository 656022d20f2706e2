import TextSupport
import FoundationEssentials
import Measurement

/// Results as one file of HTML that needs nothing else: the JSON of the results, and scripts that draw it.
///
/// The JSON is in the element `results`, as `{"results":[...]}`: each value is that of the file, see
/// `EmbeddedJSON`.
public enum ReportPage {
    /// A file with a result, by the name that the caller has for it.
    public struct Input: Sendable {
        public var name: String
        public var bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The page of some results, in their order; the same bytes for the same results.
    ///
    /// Throws `ReportPageError` for a file that is no JSON in UTF-8, is of a schema that the page does not
    /// show, or does not keep to the schema that it names.
    public static func render(_ inputs: [Input]) throws(ReportPageError) -> [UInt8] {
        var results: [UInt8] = Array("{\"results\":[".utf8)
        for (index, input) in inputs.enumerated() {
            do {
                try check(input.bytes)
            } catch {
                throw ReportPageError("\(input.name): \(error)")
            }
            if index > 0 { results.append(UInt8(ascii: ",")) }
            results += EmbeddedJSON.bytes(of: input.bytes)
        }
        results += Array("]}".utf8)
        return assemble([
            "STYLE": PackageResources.style_css, "RESULTS": results, "SCRIPT": Array(scripts.joined()),
        ])
    }

    /// Every script, what others use in front.
    private static let scripts: [[UInt8]] = [
        PackageResources.text_js, PackageResources.dom_js, PackageResources.palette_js,
        PackageResources.results_js, PackageResources.area_state_js, PackageResources.area_timeline_js,
        PackageResources.map_grid_js,
        PackageResources.map_view_js, PackageResources.page_history_js, PackageResources.plot_js,
        PackageResources.verdict_js, PackageResources.anatomy_text_js, PackageResources.anatomy_js,
        PackageResources.timelines_js, PackageResources.latency_js, PackageResources.success_js,
        PackageResources.sweep_data_js, PackageResources.sweep_effects_js, PackageResources.sweep_heat_js,
        PackageResources.sweep_curves_js, PackageResources.sweep_front_js, PackageResources.sweep_js,
        PackageResources.reproduce_js, PackageResources.main_js,
    ]

    /// The skeleton with each `@NAME@` replaced by what has that name.
    private static func assemble(_ parts: [String: [UInt8]]) -> [UInt8] {
        let pieces = PackageResources.page_html.split(
            separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return pieces.enumerated().flatMap { index, piece in
            index % 2 == 0 ? Array(piece) : parts[String(decoding: piece, as: UTF8.self)] ?? []
        }
    }

    private struct Header: Decodable {
        var schema: String?
    }

    private static let wanted =
        "run, compare and size of devemu write what is shown here with --format json"

    private static func check(_ bytes: [UInt8]) throws(ReportPageError) {
        let header: Header
        // A text in UTF-16 would be read, too, but not by a browser.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
            throw ReportPageError("no JSON in UTF-8; \(wanted)")
        }
        do {
            header = try JSONText.decode(Header.self, from: bytes)
        } catch {
            throw ReportPageError("no JSON object; \(wanted)")
        }
        guard let schema = header.schema else {
            throw ReportPageError("JSON without a 'schema'; \(wanted)")
        }
        do {
            switch schema {
            case RunRecord.schema: try check(JSONText.record(from: bytes))
            case Comparison.schema: try check(JSONText.decode(Comparison.self, from: bytes))
            case SizeResult.schema: _ = try JSONText.decode(SizeResult.self, from: bytes)
            case SweepResult.schema: try check(JSONText.decode(SweepResult.self, from: bytes))
            default:
                throw ReportPageError(
                    "'\(schema)' is no schema that is shown here, as \(RunRecord.schema), "
                        + "\(Comparison.schema), \(SizeResult.schema) and \(SweepResult.schema) are")
            }
        } catch let error as ReportPageError {
            throw error
        } catch {
            throw ReportPageError("no \(schema): \((error as? DecodingError)?.place ?? "\(error)")")
        }
    }

    private static func check(_ record: RunRecord) throws(ReportPageError) {
        guard let history = record.history else { return }
        guard history.areas.map(\.name) == record.areas.map(\.name) else {
            throw ReportPageError("no \(RunRecord.schema): the areas of its history are not those of the run")
        }
        try check(history.areas, devices: record.devices.count, schema: RunRecord.schema)
    }

    private static func check(_ comparison: Comparison) throws(ReportPageError) {
        for history in comparison.histories ?? [] {
            try check(history.areas, devices: history.devices.count, schema: Comparison.schema)
        }
    }

    private static func check(_ sweep: SweepResult) throws(ReportPageError) {
        guard let complaint = sweep.complaint else { return }
        throw ReportPageError("no \(SweepResult.schema): \(complaint)")
    }

    private static func check(
        _ areas: [AreaHistory], devices: Int, schema: String
    ) throws(ReportPageError) {
        for area in areas {
            guard let complaint = HistoryCheck.complaint(about: area, devices: devices) else { continue }
            throw ReportPageError("no \(schema): the history of area '\(area.name)': \(complaint)")
        }
    }
}
