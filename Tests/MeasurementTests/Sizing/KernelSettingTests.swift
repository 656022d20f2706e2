import Measurement
import Testing

@Suite struct KernelSettingTests {
    @Test func `the default area has both forms`() {
        let setting = KernelSetting(name: "linux,cma", pages: 104 << 8, basePFN: nil, isDefault: true)
        #expect(setting.commandLine == "cma=104M")
        #expect(
            setting.deviceTree == """
                reserved-memory {
                    #address-cells = <2>;
                    #size-cells = <2>;
                    ranges;

                    linux,cma {
                        compatible = "shared-dma-pool";
                        reusable;
                        size = <0x0 0x6800000>;
                        alignment = <0x0 0x200000>;
                        linux,cma-default;
                    };
                };

                """)
    }

    @Test func `an area that was asked for at a place has it in both forms, above 4 GiB too`() {
        let setting = KernelSetting(name: "linux,cma", pages: 272 << 8, basePFN: 2752 << 8, isDefault: true)
        #expect(setting.commandLine == "cma=272M@2752M")
        #expect(
            setting.deviceTree.contains(
                """
                    linux,cma@ac000000 {
                        compatible = "shared-dma-pool";
                        reusable;
                        reg = <0x0 0xac000000 0x0 0x11000000>;
                        linux,cma-default;
                    };

                """))
        let high = KernelSetting(name: "isp", pages: 512, basePFN: 0x8_8000_0, isDefault: false)
        #expect(high.deviceTree.contains("    isp@880000000 {"))
        #expect(high.deviceTree.contains("reg = <0x8 0x80000000 0x0 0x200000>;"))
    }

    @Test func `an area that goes where it fits has no start`() {
        let setting = KernelSetting(name: "reserved", pages: 5 << 20, basePFN: nil, isDefault: true)
        #expect(setting.commandLine == "cma=20480M")
        #expect(setting.deviceTree.contains("size = <0x5 0x0>;"))
        #expect(setting.deviceTree.contains("    linux,cma {"))
    }

    @Test func `another area is not of the command line, and its node has a name that nodes can have`() {
        let setting = KernelSetting(
            name: "secure heap \"ä\" " + String(repeating: "x", count: 40), pages: 512, basePFN: nil,
            isDefault: false)
        #expect(setting.commandLine == nil)
        #expect(!setting.deviceTree.contains("linux,cma-default"))
        #expect(setting.deviceTree.contains("    secure-heap-----xxxxxxxxxxxxxxx {"))
    }
}
