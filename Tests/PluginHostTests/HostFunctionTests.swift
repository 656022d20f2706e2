import PluginInspection
import Testing

@testable import PluginHost

@Suite struct HostFunctionTests {
    @Test(arguments: HostFunction.allCases)
    func `every function has a type that begins with the context`(function: HostFunction) {
        let first = function.signature.arguments.first
        #expect(first?.name == "context")
        #expect(first?.type == .ptr)
    }

    @Test func `every function has a name, a number and a place of its own`() {
        let all = HostFunction.allCases
        #expect(Set(all.map(\.description)).count == all.count)
        #expect(Set(all.map(\.offset)).count == all.count)
        #expect(!all.map(\.rawValue).contains(0))
    }

    @Test func `the recorder has room for the arguments of every function`() {
        #expect(HostFunction.allCases.allSatisfy { $0.signature.arguments.count <= 6 })
    }

    @Test func `handles are told by what they stand for`() {
        let page = UInt64(HandleSpace.pageBase + 0x20000 * HandleSpace.stride)
        let area = UInt64(HandleSpace.areas + 2 * HandleSpace.stride)
        #expect(
            HostFunction.cmaRelease.describe(arguments: [area, page, 16, 0, 0])
                == "area 2, page 0x20000, count 16")
        #expect(
            HostFunction.cmaRelease.describe(arguments: [0, 0xdead, .max])
                == "cma NULL, pages 0xdead, count 18446744073709551615")
    }

    @Test func `texts are not read from where a plugin says they are`() {
        #expect(HostFunction.log.describe(arguments: [6, 0x1234]) == "level 6, text \"...\"")
        #expect(HostFunction.log.describe(arguments: [6, 0]) == "level 6, text NULL")
    }

    @Test func `addresses between two handles are no handles`() {
        #expect(HandleText.describe(UInt64(HandleSpace.sets + 1)) == "0xffffb50000000001")
    }
}

@Suite struct ProtocolRuleTests {
    @Test func `every rule has a name and a number of its own, and says what breaks it`() {
        let all = ProtocolRule.allCases
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(!all.map(\.rawValue).contains(0))
        #expect(all.allSatisfy { !$0.summary.isEmpty && $0.name.allSatisfy { $0 == "-" || $0.isLowercase } })
    }
}
