// How often it succeeds: against the size of an area, and strategy by strategy.

function showSuccess(parent, results) {
    for (const size of results.sizes) {
        for (const area of size.areas) addSizeFigure(parent, size, area);
    }
    for (const comparison of results.comparisons) {
        for (const verdict of comparison.verdicts) addBarsFigure(parent, comparison, verdict);
    }
    if (!results.sizes.length) {
        parent.append(without('Made without a search for the smallest area; it comes with',
            'devemu size ... --format json'));
    }
    if (!results.comparisons.length) {
        parent.append(without('Made without a comparison of strategies; it comes with',
            'devemu compare ... --format json'));
    }
}

function addSizeFigure(parent, size, area) {
    const { curve } = area;
    addFigure(parent, {
        title: `${size.name}: success against the size of area ${area.name}`,
        caption: `Share of ${counted(size.seeds, 'seed')} in which every device was satisfied, with 95 % intervals. `
            + (size.kernel_note ? `${size.kernel_note}. ` : '') + (area.bounds ? boundsSentence(area) : area.pages === null ? 'No size reaches the goal.'
                : `The smallest with success in ${seedsNeeded(size)} of them is ${sizeOf(area.pages)}.`),
        columns: ['#size', '#satisfied', '#seeds', '#share', '#95 % from', '#to'],
        rows: () => curve.map((point) => {
            const row = [sizeOf(point.pages), point.successes, point.runs,
                ...[point.share, point.low, point.high].map(percent)];
            if (point.pages === area.pages) row.attributes = { class: 'chosen' };
            return row;
        }),
        draw: (width) => drawCurve(width, size, area),
    });
    if (area.alternatives.length) {
        parent.append(tableBeneath(['instead', '#needed'],
            () => area.alternatives.map((one) => [one.name, sizeOrNone(one.pages)]), 'Alternatives, as a table'));
    }
    if (area.kernel) {
        parent.append(element('h3', {}, 'For the kernel'));
        if (area.kernel.command_line) parent.append(element('pre', {}, area.kernel.command_line));
        parent.append(element('pre', {}, area.kernel.device_tree));
    }
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
    const rows = rowsOf(comparison, verdict);
    const runs = Math.max(...rows.map((row) => row.runs));
    addFigure(parent, {
        title: `${verdict.case}, ${verdict.device}`,
        caption: `Left: share of ${counted(runs, 'seed')} in which it was satisfied. `
            + 'Right: median of the longest call. Lines are 95 % intervals.',
        columns: [contenderOf(comparison), '#satisfied', '#95 % from', '#to', '#buffers', '#ready', '#longest call',
            '#95 % from', '#to', '#its ratio', '#held for no device'],
        rows: () => rows.map((row) => {
            const { satisfied, stall_max_ns: stall, stall_ratio: ratio } = row;
            const cells = [
                row.strategy, `${satisfiedRuns(row)}/${row.runs}`,
                ...[satisfied.low, satisfied.high].map((share) => percent(share || 0)),
                significant(row.buffers_got.value || 0), duration(row.time_to_satisfaction_ns.value),
                ...[stall.value, stall.low, stall.high].map(stallText),
                ratio && ratio.value !== null ? `${ratio.value.toFixed(2)}×` : '',
                reservedPages(row) > 0 ? sizeOf(reservedPages(row)) : '',
            ];
            if (verdict.winner === row.strategy) cells.attributes = { class: 'chosen' };
            return cells;
        }),
        draw: (width) => drawBars(width, rows, verdict),
    });
}

function stallText(nanoseconds) {
    return nanoseconds === null ? 'none' : duration(nanoseconds);
}

function drawBars(width, rows, verdict) {
    const plot = new Plot(width, rows.length * BAR + 36, { left: Math.min(170, width * 0.34), right: 14, bottom: 28 });
    const middle = plot.left + (plot.right - plot.left) * 0.36;
    const share = linearScale(0, 1, plot.left, middle - 22);
    const stalls = rows.flatMap(({ stall_max_ns: { low, value, high } }) => [low, value, high])
        .filter((value) => value > 0);
    const least = Math.max(1, Math.min(...stalls) * 0.7);
    const most = Math.max(...stalls, least * 2);
    const stall = logScale(least, most, middle, plot.right - 8);
    plot.bottomAxis(share, [0, 0.5, 1], percent);
    if (stalls.length) {
        const ticks = logTicks(least, most);
        const room = Math.max(1, Math.floor((plot.right - middle) / 70));
        plot.bottomAxis(stall, ticks.filter((_, index) => index % Math.ceil(ticks.length / room) === 0), duration);
    }
    rows.forEach((row, index) => {
        const y = plot.top + index * BAR;
        const isBest = verdict.best.includes(row.strategy) && verdict.basis !== 'never_satisfied';
        const star = isBest && width > 600 ? ' \u2605' : '';
        plot.text(plot.left - 6, y + 12, shortened(row.strategy, plot.left - 12) + star, { 'text-anchor': 'end' });
        whiskeredBar(plot, share, row.satisfied, y, 'var(--owner-0)', plot.left);
        if (!(row.stall_max_ns.value > 0)) return;
        // On a scale without zero the length of a bar would say nothing.
        whisker(plot, stall, row.stall_max_ns, y);
        const cy = y + 3 + (BAR - 7) / 2;
        plot.add('circle', {
            cx: stall(row.stall_max_ns.value), cy, r: 4, style: 'fill: var(--owner-1); stroke: var(--ink)',
        });
    });
    return plot.svg;
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
