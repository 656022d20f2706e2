import Foundation
import TestSupport
import Testing

/// Sizes of pictures as the plugins compute them, from devemu/video.h compiled by itself.
@Suite struct VideoSizesTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Bytes, pages and 64 KiB chunks of a picture under the rules
    /// "STRIDE_ALIGN HEIGHT_ALIGN CHROMA_HEIGHT_ALIGN PLANE_ALIGN SEPARATE EXTRA".
    private struct Question {
        var format: String
        var width: Int
        var height: Int
        var rules = "0 0 0 0 0 0"
        var answer: String
    }

    private func check(_ questions: [Question]) throws {
        let program = try Fixture.build("video_sizes", in: scratch, flags: [], output: "video_sizes")
        let asked = questions.map { "\($0.format) \($0.width) \($0.height) \($0.rules)\n" }.joined()
        try scratch.run(
            [program, try scratch.write(asked, to: "questions")], output: "answers")
        let answers = String(decoding: try scratch.bytes(of: "answers"), as: UTF8.self).split(separator: "\n")
        try #require(answers.count == questions.count)
        for (question, answer) in zip(questions, answers) {
            #expect(answer == question.answer, "\(question)")
        }
    }

    /// Columns NV12, P010, YUYV, RAW10, RAW12, XRGB8888; the raw ones with lines of 32 bytes. Some of these
    /// numbers stand in logs of real kernels: 765, 1350, 1846, 2025, 2040, 3038 pages, and 6345216 and
    /// 18580480 bytes.
    private static let formats = ["NV12", "P010", "YUYV", "RAW10", "RAW12", "XRGB8888"]
    private static let table: [(width: Int, height: Int, sizes: [String])] = [
        (
            640, 480,
            [
                "460800 113 8", "921600 225 15", "614400 150 10", "384000 94 6", "460800 113 8",
                "1228800 300 19",
            ]
        ),
        (
            1280, 720,
            [
                "1382400 338 22", "2764800 675 43", "1843200 450 29", "1152000 282 18", "1382400 338 22",
                "3686400 900 57",
            ]
        ),
        (
            1920, 1080,
            [
                "3110400 760 48", "6220800 1519 95", "4147200 1013 64", "2592000 633 40", "3110400 760 48",
                "8294400 2025 127",
            ]
        ),
        (1920, 1088, ["3133440 765 48", "6266880 1530 96", "4177920 1020 64", "", "", "8355840 2040 128"]),
        (
            2560, 1440,
            [
                "5529600 1350 85", "11059200 2700 169", "7372800 1800 113", "4608000 1125 71",
                "5529600 1350 85", "14745600 3600 225",
            ]
        ),
        (
            2592, 1944,
            [
                "7558272 1846 116", "15116544 3691 231", "10077696 2461 154", "6345216 1550 97",
                "7589376 1853 116", "20155392 4921 308",
            ]
        ),
        (
            3280, 2464,
            [
                "12122880 2960 185", "24245760 5920 370", "16163840 3947 247", "10171392 2484 156",
                "12142592 2965 186", "32327680 7893 494",
            ]
        ),
        (
            4056, 3040,
            [
                "18495360 4516 283", "36990720 9031 565", "24660480 6021 377", "15467520 3777 237",
                "18580480 4537 284", "49320960 12042 753",
            ]
        ),
        (
            4608, 2592,
            [
                "17915904 4374 274", "35831808 8748 547", "23887872 5832 365", "14929920 3645 228",
                "17915904 4374 274", "47775744 11664 729",
            ]
        ),
        (
            3840, 2160,
            [
                "12441600 3038 190", "24883200 6075 380", "16588800 4050 254", "10368000 2532 159",
                "12441600 3038 190", "33177600 8100 507",
            ]
        ),
        (
            4096, 2160,
            [
                "13271040 3240 203", "26542080 6480 405", "17694720 4320 270", "11059200 2700 169",
                "13271040 3240 203", "35389440 8640 540",
            ]
        ),
        (
            9152, 6944,
            [
                "95327232 23274 1455", "", "127102976 31031 1940", "79550464 19422 1214",
                "95327232 23274 1455", "254205952 62062 3879",
            ]
        ),
        (
            7680, 4320,
            [
                "49766400 12150 760", "99532800 24300 1519", "66355200 16200 1013", "41472000 10125 633",
                "49766400 12150 760", "132710400 32400 2025",
            ]
        ),
    ]

    @Test func `each format has the bytes, pages and chunks of the table at every resolution`() throws {
        var questions: [Question] = []
        for row in Self.table {
            for (format, answer) in zip(Self.formats, row.sizes) where !answer.isEmpty {
                let rules = format.hasPrefix("RAW") ? "32 0 0 0 0 0" : "0 0 0 0 0 0"
                questions.append(
                    Question(
                        format: format, width: row.width, height: row.height, rules: rules, answer: answer))
            }
        }
        #expect(questions.count == 75)
        try check(questions)
    }

    @Test func `the rules of real devices give the sizes that their drivers compute`() throws {
        try check([
            // venus: lines of 128 bytes, luma in 32 lines, chroma in 16; P010 with lines of 256 bytes.
            Question(
                format: "NV12", width: 3840, height: 2160, rules: "128 32 16 0 0 0",
                answer: "12533760 3060 192"
            ),
            // meson: planes apart, luma in 64 KiB: 2032 and 1016 pages.
            Question(
                format: "NV12", width: 3840, height: 2160, rules: "0 0 0 65536 1 0",
                answer: "12484608 3048 191"),
            // rkvdec: 128 bytes for each macroblock behind the picture.
            Question(
                format: "NV12", width: 3840, height: 2160, rules: "16 16 0 0 0 4147200",
                answer: "16588800 4050 254"),
            Question(
                format: "NV12", width: 1920, height: 1080, rules: "16 16 0 0 0 1044480",
                answer: "4177920 1020 64"),
        ])
    }

    @Test func `odd sizes are rounded up, never down`() throws {
        try check([
            Question(format: "RAW10", width: 1, height: 1, answer: "2 1 1"),
            Question(format: "RAW12", width: 3, height: 1, answer: "5 1 1"),
            Question(format: "NV12", width: 17, height: 3, answer: "85 1 1"),
            Question(format: "RAW8", width: 4096, height: 1, answer: "4096 1 1"),
            Question(format: "RAW8", width: 4097, height: 1, answer: "4097 2 1"),
            Question(format: "RAW16", width: 16384, height: 16384, answer: "536870912 131072 8192"),
            Question(format: "RGB888", width: 4056, height: 3040, answer: "36990720 9031 565"),
        ])
    }
}
