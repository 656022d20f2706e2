// Numbers as the terminal writes them, with a space that does not break; see `Human` in the sources of devemu.

const PAGE_BYTES = 4096;
const SPACE = '\u00a0';

/** Rounded to some decimals. */
function decimal(value, places) {
    const scaled = Math.round(Math.abs(value) * 10 ** places);
    const sign = value < 0 && scaled > 0 ? '-' : '';
    if (places === 0) return sign + scaled;
    const digits = String(scaled).padStart(places + 1, '0');
    return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Three significant digits; below 1 two decimals. */
function threeDigits(value) {
    return decimal(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

/** A whole number, thousands apart. */
function grouped(number) {
    const digits = String(Math.round(Math.abs(number)));
    return (number < 0 ? '-' : '') + digits.replace(/\B(?=(\d{3})+$)/g, SPACE);
}

/** A number in few characters: `12.4`, `1 354`, `13.8k`. */
function short(value) {
    const size = Math.abs(value);
    if (size < 100 && value !== Math.round(value)) return decimal(value, 1);
    if (size < 9999.5) return grouped(value);
    if (size < 999500) return `${threeDigits(value / 1e3)}k`;
    if (size < 999500000) return `${threeDigits(value / 1e6)}M`;
    return `${threeDigits(Math.min(value / 1e9, 1e6))}G`;
}

/** Nanoseconds with the unit that leaves one to three digits in front. */
function duration(nanoseconds) {
    if (nanoseconds === null || nanoseconds === undefined) return 'never';
    const time = Math.max(0, Math.round(nanoseconds));
    if (time < 1e3) return `${time}${SPACE}ns`;
    if (time < 1e6) return `${threeDigits(time / 1e3)}${SPACE}µs`;
    if (time < 1e9) return `${threeDigits(time / 1e6)}${SPACE}ms`;
    return `${threeDigits(time / 1e9)}${SPACE}s`;
}

/** Pages as MiB or KiB, exact where that is short. */
function sizeOf(pages) {
    const kib = Math.round(pages) * (PAGE_BYTES / 1024);
    if (kib < 1024) return `${kib}${SPACE}KiB`;
    if (kib % 2 ** 20 === 0) return `${kib / 2 ** 20}${SPACE}GiB`;
    if (kib % 1024 === 0) return `${kib / 1024}${SPACE}MiB`;
    return `${threeDigits(kib / 1024)}${SPACE}MiB`;
}

/** Bytes in the largest unit that leaves a digit before the point. */
function sizeOfBytes(bytes) {
    let value = Math.round(bytes);
    for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
        if (value < 1000) return `${unit === 'B' ? value : threeDigits(value)}${SPACE}${unit}`;
        value /= 1024;
    }
    return `${threeDigits(value)}${SPACE}TiB`;
}

function counted(number, noun) {
    return `${grouped(number)}${SPACE}${noun}${number === 1 ? '' : 's'}`;
}

/** A share, with a decimal where it is neither nothing nor all. */
function percent(share) {
    return `${decimal(share * 100, share > 0 && share < 1 ? 1 : 0)}${SPACE}%`;
}

/** A page frame number. */
function pfn(number) {
    return `0x${number.toString(16)}`;
}

/** Page frame number of a page of an area, which may be split into ranges. */
function pfnOf(area, page) {
    const ranges = area.ranges ?? [];
    let first = 0;
    for (let index = 0; index < ranges.length; index += 2) {
        if (page < first + ranges[index + 1]) return pfn(ranges[index] + page - first);
        first += ranges[index + 1];
    }
    return pfn(area.base_pfn + page);
}

/** What one of those that are compared is called: a strategy, or a kernel. */
function contenderOf(comparison) {
    return comparison.contenders === 'kernels' ? 'kernel' : 'strategy';
}

/** Names with commas and a last `and`. */
function listed(names) {
    if (names.length < 2) return names.join('');
    return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** A seed as the result has it; numbers above 2^53 are not exact here. */
function seedText(seed) {
    return Number.isSafeInteger(seed) ? String(seed) : 'as in the command below';
}
