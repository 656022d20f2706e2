/// Text from outside as it may reach a terminal or a page: what moves the cursor, turns the direction of writing or
/// does not show at all becomes U+FFFD.
///
/// - Parameters:
///   - kept: characters that stay as they are whatever they do, such as a tab.
///   - mark: what stands in the place of the others.
public func printable(
    _ text: String, keeping kept: String = "", mark: Unicode.Scalar = "\u{fffd}"
) -> String {
    // Nearly every text is printable ASCII, and stays the same object.
    guard text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e }) else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        shown.append(isUnprintable(scalar) && !kept.unicodeScalars.contains(scalar) ? mark : scalar)
    }
    return String(shown)
}

/// True for characters with which text can pretend to be other text: controls, separators of lines and paragraphs,
/// formats (among them those of bidirectional text, joiners and tags), and everything else that is not to be seen,
/// such as variation selectors and fillers.
///
/// Follows the Unicode Standard: the general categories Cc, Cf, Zl and Zp, and the property
/// Default_Ignorable_Code_Point; see Unicode Technical Report 36, "Bidirectional Text Spoofing".
public func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    // Nearly all of what is asked for is ASCII, and looking up categories takes long.
    guard !scalar.isASCII else { return scalar.value < 0x20 || scalar.value == 0x7f }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
}
