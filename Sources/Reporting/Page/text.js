// Numbers as people read them: three digits that count, a unit, thin spaces between thousands.

const PAGE_BYTES = 4096;

function grouped(number) {
    const digits = String(Math.round(Math.abs(number)));
    return (number < 0 ? '\u2212' : '') + digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

function significant(number) {
    const size = Math.abs(number);
    if (size >= 100 || size === 0) return grouped(number);
    return number.toFixed(size >= 10 ? 1 : 2);
}

/** Nanoseconds with the unit that leaves one to three digits in front. */
function duration(nanoseconds) {
    if (nanoseconds === null || nanoseconds === undefined) return 'never';
    const units = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs']];
    for (const [size, unit] of units) {
        if (Math.abs(nanoseconds) >= size * 0.9995) return `${significant(nanoseconds / size)}\u00a0${unit}`;
    }
    return `${grouped(nanoseconds)}\u00a0ns`;
}

/** Bytes in pages, as a size. */
function sizeOf(pages) {
    const units = [[2 ** 30, 'GiB'], [2 ** 20, 'MiB']];
    for (const [size, unit] of units) {
        const value = (pages * PAGE_BYTES) / size;
        if (value >= 1) return `${Number.isInteger(value) ? grouped(value) : significant(value)}\u00a0${unit}`;
    }
    return `${grouped((pages * PAGE_BYTES) / 1024)}\u00a0KiB`;
}

function counted(number, noun) {
    return `${grouped(number)}\u00a0${noun}${number === 1 ? '' : 's'}`;
}

function percent(share) {
    const value = share * 100;
    if (value > 0 && value < 0.05) return '<\u00a00.1\u00a0%';
    const digits = value === 0 || value >= 99.95 || Number.isInteger(value) ? 0 : 1;
    return `${value.toFixed(digits)}\u00a0%`;
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

/** Names with commas and a last `and`. */
function listed(names) {
    if (names.length < 2) return names.join('');
    return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** The errno that the kernel returned. */
function errnoName(code) {
    const names = { '-4': 'EINTR', '-12': 'ENOMEM', '-16': 'EBUSY', '-22': 'EINVAL', '-110': 'ETIMEDOUT' };
    return names[code] ? `-${names[code]}` : String(code);
}

/** A seed as the result has it; numbers above 2^53 are not exact here. */
function seedText(seed) {
    return Number.isSafeInteger(seed) ? String(seed) : 'as in the command below';
}
