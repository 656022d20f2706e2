import Measurement
import Reporting
import TextSupport

extension FuzzTarget {
    /// The result of a worker, which a plugin can forge: it has the channel's descriptor.
    static let record = FuzzTarget("record") { bytes in
        guard let record = try? JSONText.decode(RunRecord.self, from: bytes) else { return }
        let text = RunText(record, style: TextStyle(isColored: false)).render()
        try promise(text.hasSuffix("\n"), "the report does not end its last line")
        let again = try JSONText.decode(RunRecord.self, from: try JSONText.encode(record))
        try promise(again == record, "the record changes on its way through JSON")
        do {
            let page = try ReportPage.render([ReportPage.Input(name: "record", bytes: bytes)])
            let ends = String(decoding: page, as: UTF8.self).ranges(of: "</script")
            try promise(ends.count == 2, "the record ends an element of the page")
        } catch let refusal as ReportPageError {
            try checkRefusal(refusal.description)
        }
    }
}
