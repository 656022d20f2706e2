import Foundation
import TestSupport
import Testing

/// The codec's tables, compiled by themselves, against the limits and formulas of standards and drivers.
@Suite struct CodecSizesTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func answers(to questions: [String]) throws -> [Substring] {
        let program = try Fixture.build(
            "codec_sizes", in: scratch, flags: ["-I", Devemu.root + "/Plugins/codec"], output: "codec_sizes")
        let file = try scratch.write(questions.map { $0 + "\n" }.joined(), to: "questions")
        try scratch.run([program, file], output: "answers")
        return String(decoding: try scratch.bytes(of: "answers"), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    private func check(_ expectations: [(question: String, answer: String)]) throws {
        let answers = try answers(to: expectations.map(\.question))
        try #require(answers.count == expectations.count)
        for (expectation, answer) in zip(expectations, answers) {
            #expect(answer == expectation.answer, "\(expectation.question)")
        }
    }

    /// Columns: 720x576, 1280x720, 1920x1080, 3840x2160, 7680x4320; 0 where the level forbids the picture.
    /// The limits are not checked against the standard.
    private static let h264: [(levels: [String], pictures: [Int])] = [
        (["1", "1.1", "1.2", "1.3", "2", "2.1"], [0, 0, 0, 0, 0]),
        (["2.2", "3"], [5, 0, 0, 0, 0]),
        (["3.1"], [11, 5, 0, 0, 0]),
        (["3.2"], [12, 5, 0, 0, 0]),
        (["4", "4.1"], [16, 9, 4, 0, 0]),
        (["4.2"], [16, 9, 4, 0, 0]),
        (["5"], [16, 16, 13, 0, 0]),
        (["5.1", "5.2"], [16, 16, 16, 5, 0]),
        (["6", "6.1", "6.2"], [16, 16, 16, 16, 5]),
    ]

    @Test func `H.264 keeps as many pictures as its level has room for`() throws {
        let sizes = ["720 576", "1280 720", "1920 1080", "3840 2160", "7680 4320"]
        var expectations: [(String, String)] = []
        for row in Self.h264 {
            for level in row.levels {
                for (size, pictures) in zip(sizes, row.pictures) {
                    expectations.append(("dpb h264 \(level) \(size)", "\(pictures)"))
                }
            }
        }
        try check(expectations)
    }

    @Test func `HEVC keeps 6 pictures of the largest size and up to 16 of smaller ones`() throws {
        try check([
            ("dpb hevc 4.1 1920 1080", "6"), ("dpb hevc 5.1 1920 1080", "16"),
            ("dpb hevc 5.1 2560 1440", "12"), ("dpb hevc 5.1 3840 2160", "6"),
            ("dpb hevc 6.1 7680 4320", "6"), ("dpb hevc 6.1 3840 2160", "16"),
            ("dpb hevc 5.1 7680 4320", "0"), ("dpb hevc 9 1920 1080", "0"),
        ])
    }

    @Test func `VP9 and AV1 keep 8 pictures whatever their level`() throws {
        try check([("dpb vp9 - 3840 2160", "8"), ("dpb av1 - 640 480", "8")])
    }

    @Test func `pictures carry the motion vectors that their driver puts behind them`() throws {
        try check([
            ("picture generic h264 NV12 1920 1080", "3133440"),
            ("picture generic hevc NV12 3840 2160", "12441600"),
            ("picture generic hevc P010 3840 2160", "24883200"),
            ("picture generic hevc P010 7680 4320", "99532800"),
            ("picture hantro h264 NV12 1920 1080", "\(3_133_440 + 522_272)"),
            ("picture hantro h264 NV12 3840 2160", "\(12_441_600 + 2_073_632)"),
            ("picture hantro vp9 NV12 1920 1080", "\(3_110_400 + 522_240)"),
            ("picture hantro vp9 NV12 3840 2160", "\(12_441_600 + 2_088_960)"),
            ("picture rkvdec h264 NV12 1920 1080", "4177920"),
            ("picture rkvdec h264 NV12 3840 2160", "16588800"),
            ("picture meson vp9 NV12 3840 2160", "\(2032 * 4096) \(1016 * 4096)"),
        ])
    }

    @Test func `side buffers have the sizes that their drivers compute`() throws {
        try check([
            ("side generic h264 1920 1080", ""),
            ("side hantro hevc 1920 1080", "130560"),
            ("side hantro hevc 3840 2160", "518400"),
            ("side cedrus h264 1920 1080", "18800640 212992 32768"),
            ("side cedrus h264 3840 2160", "74649600 571392 32768 46080 38400"),
            ("side cedrus hevc 1920 1080", "82624"),
            ("side cedrus hevc 3840 2160", "327424"),
            ("vectors 1920 1080 16", "1306624"),
            ("vectors 3840 2160 16", "\(240 * 135 * 160 + 1024)"),
            ("input meson h264 3840 2160 1048576", "16777216 20480 \(494 * 4096) 8192"),
            ("input meson vp9 3840 2160 1048576", "16777216"),
            ("side meson h264 3840 2160", ""),
            ("input coda h264 1920 1080 1048576", "10240 3264512 606208 2097152"),
            ("input coda h264 1920 1080 1300000", "10240 3264512 606208 4194304"),
            ("side coda h264 1920 1080", "3655680"),
            ("input cedrus h264 1920 1080 1048576", ""),
            ("internal 3840 2160", "14515200"),
        ])
    }
}
