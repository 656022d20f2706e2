import FoundationEssentials
import Measurement
import TextSupport

/// Results as one file of HTML that needs nothing else: the JSON of the results, and scripts that draw it.
///
/// The JSON is in the element `results`: `results`, each value as in its file, see `EmbeddedJSON`; `sentences`, one
/// object for each result with what the page says of it; and `words` for pictures. The scripts place the sentences
/// and word none of their own.
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
    /// Throws `ReportPageError` for a file that is not JSON in UTF-8, has a schema that the page does not
    /// show, or violates the schema that it names.
    public static func render(_ inputs: [Input]) throws(ReportPageError) -> [UInt8] {
        var results: [UInt8] = Array("{\"results\":[".utf8)
        var sentences: [PageSentences] = []
        for (index, input) in inputs.enumerated() {
            do {
                sentences.append(try self.sentences(of: input.bytes))
            } catch {
                throw ReportPageError("\(input.name): \(error)")
            }
            if index > 0 { results.append(UInt8(ascii: ",")) }
            results += EmbeddedJSON.bytes(of: input.bytes)
        }
        results += Array("],\"sentences\":".utf8) + (try embedded(sentences))
        results += Array(",\"words\":".utf8) + (try embedded(PageWords())) + Array("}".utf8)
        let more = sentences.count > 1 ? ", and \(sentences.count - 1) more" : ""
        let title = sentences.first.map { $0.browserTitle + more } ?? "devemu report"
        return assemble([
            "TITLE": Array(escaped(title).utf8), "STYLE": PackageResources.style_css, "RESULTS": results,
            "SCRIPT": Array(PageScripts.all.map(\.bytes).joined()),
        ])
    }

    private static func embedded(_ value: some Encodable) throws(ReportPageError) -> [UInt8] {
        do {
            return EmbeddedJSON.bytes(of: try JSONText.line(value))
        } catch {
            throw ReportPageError("its sentences cannot be written: \(error)")
        }
    }

    /// Text for an element of HTML.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }

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
        "expected what run, compare or size of devemu writes with --format json"

    /// What the page says of a result, once it is known to be one.
    private static func sentences(of bytes: [UInt8]) throws(ReportPageError) -> PageSentences {
        let header: Header
        // Foundation reads UTF-16 as well, a browser does not.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
            throw ReportPageError("not JSON in UTF-8; \(wanted)")
        }
        do {
            header = try JSONText.decode(Header.self, from: bytes)
        } catch {
            throw ReportPageError("not a JSON object; \(wanted)")
        }
        guard let schema = header.schema else {
            throw ReportPageError("JSON without a 'schema'; \(wanted)")
        }
        do {
            switch schema {
            case RunRecord.schema:
                let record = try JSONText.record(from: bytes)
                try check(record)
                return PageSentences(record)
            case Comparison.schema:
                let comparison = try JSONText.decode(Comparison.self, from: bytes)
                try check(comparison)
                return PageSentences(comparison)
            case SizeResult.schema:
                let result = try JSONText.decode(SizeResult.self, from: bytes)
                try refuse(ReportedNumbers.complaint(about: result), schema)
                return PageSentences(result)
            case SweepResult.schema:
                let result = try JSONText.decode(SweepResult.self, from: bytes)
                try refuse(result.complaint, schema)
                return PageSentences(result)
            default:
                throw ReportPageError(
                    "its schema is '\(schema)': expected \(RunRecord.schema), "
                        + "\(Comparison.schema), \(SizeResult.schema) or \(SweepResult.schema)")
            }
        } catch let error as ReportPageError {
            throw error
        } catch {
            throw ReportPageError("not valid as \(schema): \((error as? DecodingError)?.place ?? "\(error)")")
        }
    }

    private static func refuse(_ complaint: String?, _ schema: String) throws(ReportPageError) {
        if let complaint { throw ReportPageError("not valid as \(schema): \(complaint)") }
    }

    private static func check(_ record: RunRecord) throws(ReportPageError) {
        guard let history = record.history else { return }
        guard history.areas.map(\.name) == record.areas.map(\.name) else {
            throw ReportPageError(
                "not valid as \(RunRecord.schema): the areas of its history are not those of the run")
        }
        try check(history.areas, devices: record.devices.count, schema: RunRecord.schema)
    }

    private static func check(_ comparison: Comparison) throws(ReportPageError) {
        try refuse(ReportedNumbers.complaint(about: comparison), Comparison.schema)
        for history in comparison.histories ?? [] {
            try check(history.areas, devices: history.devices.count, schema: Comparison.schema)
        }
    }

    private static func check(
        _ areas: [AreaHistory], devices: Int, schema: String
    ) throws(ReportPageError) {
        for area in areas {
            guard let complaint = HistoryCheck.complaint(about: area, devices: devices) else { continue }
            throw ReportPageError(
                "not valid as \(schema): the history of area '\(area.name)': \(complaint)")
        }
    }
}
