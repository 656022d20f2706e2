import Measurement
import Reporting
import Testing
import TextSupport

@Suite struct TracedCallTests {
    @Test func `a call is one line of JSON, the injected rules only where there are some`() throws {
        var call = TracedCall(
            number: 7, instance: "camera", function: "log",
            arguments: [("text", .text("a \"b\"\n")), ("level", .unsigned(.max)), ("set", .nothing)],
            result: .signed(-22), beginNanoseconds: 5, endNanoseconds: 9, injected: [])
        #expect(
            String(decoding: try JSONText.line(call), as: UTF8.self)
                == #"{"arguments":{"level":18446744073709551615,"set":null,"text":"a \"b\"\n"},"#
                + #""begin_ns":5,"end_ns":9,"function":"log","instance":"camera","n":7,"result":-22}"# + "\n")
        call.injected = ["fail log"]
        #expect(
            String(decoding: try JSONText.line(call), as: UTF8.self)
                .contains(#""injected":["fail log"],"instance""#))
    }
}
