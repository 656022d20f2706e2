// How often devices get their buffers: against the size of an area, and strategy by strategy.

function showSuccess(parent, results) {
    for (const size of results.sizes) {
        size.areas.forEach((area, index) => addSizeFigure(parent, size, area, sentencesOf(size).sizes[index]));
    }
    for (const comparison of results.comparisons) {
        for (const verdict of comparison.verdicts) addBarsFigure(parent, comparison, verdict);
    }
}

function addSizeFigure(parent, size, area, { alternatives, kernel }) {
    const { curve } = area;
    addFigure(parent, {
        title: `${size.name}: success against the size of area ${area.name}`,
        caption: `Share of ${counted(size.seeds, 'seed')} in which every device was satisfied, with 95 % intervals.`,
        columns: ['#size', '#satisfied', '#seeds', '#share', '#95 % from', '#to'],
        rows: () => curve.map((point) => {
            const row = [sizeOf(point.pages), point.successes, point.runs,
                ...[point.share, point.low, point.high].map(percent)];
            if (point.pages === area.pages) row.attributes = { class: 'chosen' };
            return row;
        }),
        draw: (width) => drawCurve(width, size, area),
    });
    if (alternatives.length) {
        parent.append(element('h3', {}, 'Instead'), table(['instead', 'size'],
            alternatives.map((one) => [one.name, one.size])));
    }
    if (kernel.length) parent.append(element('h3', {}, 'For the kernel'), element('pre', {}, kernel.join('\n')));
}

/** Powers of two that are sizes between two numbers of pages. */
function sizesBetween(least, most, factor) {
    const sizes = [];
    for (let pages = 2 ** Math.ceil(Math.log2(least)); pages <= most; pages *= factor) sizes.push(pages);
    return sizes;
}

function drawCurve(width, size, area) {
    const { curve } = area;
    const others = area.alternatives.filter((one) => one.pages !== null);
    const below = 34 + others.length * 16;
    const plot = new Plot(width, 216 + below, { right: 24, bottom: below, left: 56 });
    const all = [...curve, ...others].map((point) => point.pages);
    const [least, most] = [Math.max(1, Math.min(...all)), Math.max(1, ...all)];
    const across = logScale(least, most, plot.left + 6, plot.right - 6);
    const up = linearScale(0, 1, plot.bottom, plot.top + 12);
    plot.rightAxis(up, [0, 0.25, 0.5, 0.75, 1], percent);
    plot.bottomAxis(across, sizesBetween(least, most, width < 600 ? 4 : 2), sizeOf);
    const corner = (point, share) => `${across(point.pages).toFixed(1)},${up(share).toFixed(1)}`;
    const band = [
        ...curve.map((point) => corner(point, point.high)),
        ...[...curve].reverse().map((point) => corner(point, point.low)),
    ];
    plot.add('polygon', { points: band.join(' '), style: 'fill: var(--band)' });
    plot.curve(curve.map((point) => [across(point.pages), up(point.share)]), 0);
    for (const point of curve) {
        plot.add('circle', { cx: across(point.pages), cy: up(point.share), r: 3, style: 'fill: var(--owner-0)' });
    }
    plot.line(plot.left, up(size.success), plot.right, up(size.success), 'asked');
    if (area.pages !== null) {
        const x = across(area.pages);
        plot.line(x, plot.top, x, plot.bottom, 'answer');
        plot.beside(x, plot.bottom - 8, 6, `needed: ${sizeOf(area.pages)}`);
    }
    others.forEach((one, index) => {
        const y = plot.bottom + 34 + index * 16;
        plot.add('path', { d: `M${across(one.pages)},${y - 9}l5,9h-10z`, style: 'fill: var(--owner-4)' });
        plot.beside(across(one.pages), y, 10, `${one.name}: ${sizeOf(one.pages)}`, { class: 'quiet' });
    });
    return plot.svg;
}

const BAR = 18;

function addBarsFigure(parent, comparison, verdict) {
    const rows = rankedRows(rowsOf(comparison, verdict));
    const runs = largest(rows.map((row) => row.runs));
    const interval = ({ low, value, high }) => [low, value, high];
    const groups = folded(rows, (row) => JSON.stringify([row.satisfied, readiness(row), row.stall_max_ns,
        row.time_to_satisfaction_ns.value, row.buffers_got, reservedPages(row), isBest(verdict, row.strategy)].map((one) =>
        (one && typeof one === 'object' ? interval(one) : one))));
    addFigure(parent, {
        title: verdict.case === verdict.device ? verdict.device : `${verdict.case}, ${verdict.device}`,
        caption: `From the best to the worst. Left: share of ${counted(runs, 'seed')} in which the device was `
            + 'satisfied. Middle: median time until the last buffer; a hollow dot is the time until asking '
            + 'ended, where the device never had enough. Right: median of the longest call. Lines are 95 % '
            + 'intervals; a star marks the best; rows with the same figures are one.',
        columns: [contenderOf(comparison), '#satisfied', '#95 % from', '#to', '#buffers', '#ready', '#95 % from', '#to',
            '#longest call', '#95 % from', '#to', '#ratio of it', '#reserve'],
        rows: () => rows.map((row) => {
            const { satisfied, time_to_satisfaction_ns: ready, stall_max_ns: stall, stall_ratio: ratio } = row;
            const cells = [
                row.strategy, `${satisfiedRuns(row)}/${row.runs}`,
                ...[satisfied.low, satisfied.high].map((share) => percent(share || 0)),
                short(row.buffers_got.value || 0), ...[ready.value, ready.low, ready.high].map(duration),
                ...[stall.value, stall.low, stall.high].map((time) => (time === null ? '\u2013' : duration(time))),
                ratio && ratio.value !== null ? `${threeDigits(ratio.value)}x` : '',
                reservedPages(row) > 0 ? sizeOf(reservedPages(row)) : '',
            ];
            if (isBest(verdict, row.strategy)) cells.attributes = { class: 'chosen' };
            return cells;
        }),
        draw: (width) => drawBars(width, groups, verdict, comparison.reference),
    });
}

/** Room of a log scale over some summaries; null where none has a value. */
function timeColumn(plot, summaries, start, end) {
    const times = summaries.flatMap(({ low, value, high }) => [low, value, high]).filter((value) => value > 0);
    if (!times.length) return null;
    const least = Math.max(1, Math.min(...times) * 0.7);
    const most = Math.max(...times, least * 2);
    const scale = logScale(least, most, start, end);
    const ticks = logTicks(least, most);
    const room = Math.max(1, Math.floor((end - start) / 62));
    plot.bottomAxis(scale, ticks.filter((_, index) => index % Math.ceil(ticks.length / room) === 0), duration);
    return scale;
}

function drawBars(width, groups, verdict, reference) {
    const rows = groups.map((group) => group[0]);
    const isNarrow = width < 600;
    const left = Math.min(Math.max(...groups.map((group) => foldedName(group.map((row) => row.strategy), 2).length)) * 6.4
        + 28, width * 0.34);
    const plot = new Plot(width, rows.length * BAR + 58, { left, right: 14, bottom: 28, top: 22 });
    const room = plot.right - plot.left;
    const parts = isNarrow ? [0.28, 0.66] : [0.26, 0.63];
    const middle = plot.left + room * parts[0];
    const right = plot.left + room * parts[1];
    const share = linearScale(0, 1, plot.left, middle - 22);
    plot.bottomAxis(share, isNarrow ? [1] : [0, 0.5, 1], percent);
    const ready = timeColumn(plot, rows.map(readiness), middle, right - 22);
    const stall = timeColumn(plot, rows.map((row) => row.stall_max_ns), right, plot.right - 8);
    [['satisfied', plot.left], ['ready', middle], ['longest call', right]].forEach(([title, x]) =>
        plot.text(x, 12, title, { class: 'quiet' }));
    groups.forEach((group, index) => {
        const row = group[0];
        const y = plot.top + index * BAR;
        const best = isBest(verdict, row.strategy);
        const isMarked = best || group.some((one) => one.strategy === reference);
        const name = foldedName(group.map((one) => one.strategy), 2);
        plot.text(plot.left - 6, y + 12, shortened(name, plot.left - (best ? 26 : 12) - (isMarked ? 12 : 0)) + (best ? ' \u2605' : ''),
            { 'text-anchor': 'end', class: isMarked ? 'marked' : 'quiet' })
            .append(svgElement('title', {}, group.map((one) => one.strategy).join(', ')));
        const fill = (owner) => (isMarked ? `var(--owner-${owner})` : `color-mix(in srgb, var(--owner-${owner}) 40%, var(--paper))`);
        whiskeredBar(plot, share, row.satisfied, y, fill(0), plot.left);
        timeDot(plot, ready, readiness(row), y, row.time_to_satisfaction_ns.value === null ? 'none' : fill(2));
        timeDot(plot, stall, row.stall_max_ns, y, fill(1));
    });
    return plot.svg;
}

/** A dot with its interval: on a scale without zero the length of a bar would say nothing. */
function timeDot(plot, scale, summary, y, fill) {
    if (!scale || !(summary.value > 0)) return;
    whisker(plot, scale, summary, y);
    plot.add('circle', {
        cx: scale(summary.value), cy: y + 3 + (BAR - 7) / 2, r: 4, style: `fill: ${fill}; stroke: var(--ink)`,
    });
}

function whiskeredBar(plot, scale, summary, y, fill, start) {
    const { value } = summary;
    if (value === null) return;
    if (value > 0) plot.rect(start, y + 3, Math.max(1.5, scale(value) - start), BAR - 7, `fill: ${fill}`);
    whisker(plot, scale, summary, y);
}

/** The line of an interval. */
function whisker(plot, scale, { low, high }, y) {
    if (low === null || high === null || low === high) return;
    const across = y + 3 + (BAR - 7) / 2;
    plot.add('path', {
        d: `M${scale(low)},${across}H${scale(high)}M${scale(low)},${across - 3}v6M${scale(high)},${across - 3}v6`,
        style: 'stroke: var(--ink); stroke-width: 1.2; fill: none',
    });
}
