// Distributions of calls on an axis of percentiles, on which each further nine takes the same room.

/** Strategies of one case, or the runs of one name, in a plot. */
function showLatencies(parent, results, histories) {
    const groups = new Map();
    for (const history of histories) {
        const durations = Float64Array.from(
            history.areas.flatMap(({ history: area }) => area ? area.requests.duration_ns : []));
        if (!durations.length) continue;
        if (!groups.has(history.group)) groups.set(history.group, []);
        groups.get(history.group).push({ names: [history.series], sorted: durations.sort() });
    }
    for (const [name, curves] of groups) {
        const best = results.comparisons.flatMap((comparison) =>
            comparison.verdicts.filter((verdict) => verdict.case === name)
                .flatMap((verdict) => [...rankedRows(rowsOf(comparison, verdict)).slice(0, MOST_MARKED - 1)
                    .map((row) => row.strategy), comparison.reference]));
        addLatencyFigure(parent, groups.size > 1 ? name : null, rankedCurves(curves), new Set(best));
    }
}

/** Curves that are drawn in a colour where there are many. */
const MOST_MARKED = 4;

/** Equal curves together, from the shortest 99 % to the longest. */
function rankedCurves(curves) {
    return folded(curves, ({ sorted }) => sorted.join())
        .map((group) => ({ names: group.flatMap(({ names }) => names), sorted: group[0].sorted }))
        .sort((a, b) => percentile(a.sorted, 0.99) - percentile(b.sorted, 0.99)
            || percentile(a.sorted, 1) - percentile(b.sorted, 1));
}

/** The value that this share of all values does not exceed. */
function percentile(sorted, share) {
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

const NINES = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];
const LATENCY_HEIGHT = 280;

/** Where a share lies: half at 0.3, 90 % at 1, 99 % at 2. */
function nines(share) {
    return -Math.log10(1 - share);
}

/** @param best names of the strategies that are drawn in a colour where there are many. */
function addLatencyFigure(parent, title, curves, best) {
    const isMarked = (curve) => curves.length <= MOST_MARKED + 1 || curve.names.some((name) => best.has(name));
    const longest = Math.max(...curves.map((curve) => curve.sorted.length));
    const edge = Math.max(1, Math.log10(longest));
    addFigure(parent, {
        title,
        caption: 'The duration that this share of the calls of cma_alloc() stays within, emulated time, '
            + 'failed calls included. A curve ends at its longest call.'
            + (curves.some((curve) => !isMarked(curve)) ? ' The best strategies and the reference have a colour; point at a '
                + 'name to see its curve.' : ''),
        columns: ['strategy', '#calls', '#median', '#90 %', '#99 %', '#99.9 %', '#longest'],
        rows: () => curves.map(({ names, sorted }) => [names.join(', '), grouped(sorted.length),
            ...[0.5, 0.9, 0.99, 0.999, 1].map((share) => duration(percentile(sorted, share)))]),
        draw: (width) => {
            const height = Math.max(LATENCY_HEIGHT, curves.length * 13 + 40);
            const plot = new Plot(width, height, { right: Math.min(170, width * 0.36), bottom: 28, left: 64 });
            const least = Math.min(...curves.map(({ sorted }) => sorted.find((value) => value > 0) || Infinity), 1e6);
            const most = Math.max(least * 10, ...curves.map(({ sorted }) => sorted[sorted.length - 1]));
            const up = logScale(least, most, plot.bottom, plot.top);
            const across = linearScale(0, edge, plot.left, plot.right);
            plot.rightAxis(up, logTicks(least, most), duration);
            plot.bottomAxis(across, NINES.filter((share) => nines(share) <= edge + 0.001).map(nines),
                (at) => `${Number((100 * (1 - 10 ** -at)).toFixed(4))} %`);
            const marked = curves.filter(isMarked);
            const labels = curves.map((curve, index) => {
                const points = latencyPoints(curve.sorted, across, up);
                // A curve without a colour has the number of none.
                const look = isMarked(curve) ? marked.indexOf(curve) : null;
                plot.curve(points, index, true, look);
                const [x, y] = points[points.length - 1];
                if (look !== null) plot.add('line', { x1: x, x2: plot.right, y1: y, y2: y, class: 'leader' });
                return { y, text: shortened(foldedName(curve.names, 2), width - plot.right - 40), index, look };
            });
            plot.endLabels(labels);
            return plot.svg;
        },
    });
}

/** A point for each call that is longer than the one before, with the share of those below it. */
function latencyPoints(sorted, across, up) {
    const points = [[across(0), up(sorted[0])]];
    let lastX = -1;
    for (let index = 1; index < sorted.length; index += 1) {
        if (sorted[index] === sorted[index - 1]) continue;
        const x = across(nines(index / sorted.length));
        if (x - lastX < 0.5 && index < sorted.length - 1) continue;
        points.push([x, up(sorted[index])]);
        lastX = x;
    }
    points.push([across(nines(1 - 1 / Math.max(2, sorted.length))), up(sorted[sorted.length - 1])]);
    return points.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
}
