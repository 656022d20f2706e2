// Distributions of calls on an axis of percentiles, on which each further nine has the same room.

/** Strategies of one case, or the runs of one name, in a plot. */
function showLatencies(parent, histories) {
    const groups = new Map();
    for (const history of histories) {
        const durations = Float64Array.from(
            history.areas.flatMap(({ history: area }) => area ? area.requests.duration_ns : []));
        if (!durations.length) continue;
        if (!groups.has(history.group)) groups.set(history.group, []);
        groups.get(history.group).push({ name: history.series, sorted: durations.sort() });
    }
    if (!groups.size) {
        parent.append(without('Made without the single calls; they come with', 'devemu run ... --history --format json'));
        return;
    }
    for (const [name, curves] of groups) addLatencyFigure(parent, groups.size > 1 ? name : null, curves);
}

/** The value that a share of all does not exceed. */
function percentile(sorted, share) {
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

const NINES = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];
const LATENCY_HEIGHT = 280;

/** Where a share lies: half at 0.3, 90 % at 1, 99 % at 2. */
function nines(share) {
    return -Math.log10(1 - share);
}

function addLatencyFigure(parent, title, curves) {
    const longest = Math.max(...curves.map((curve) => curve.sorted.length));
    const edge = Math.max(1, Math.log10(longest));
    addFigure(parent, {
        title,
        caption: 'The duration that this share of the calls of cma_alloc() stays within, emulated time, '
            + 'failed calls included. A curve ends at its longest call.',
        columns: ['strategy', '#calls', '#median', '#90 %', '#99 %', '#99.9 %', '#longest'],
        rows: () => curves.map(({ name, sorted }) => [name, grouped(sorted.length),
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
            const labels = curves.map(({ name, sorted }, index) => {
                const points = latencyPoints(sorted, across, up);
                plot.curve(points, index, true);
                const [x, y] = points[points.length - 1];
                plot.add('line', { x1: x, x2: plot.right, y1: y, y2: y, class: 'leader' });
                return { y, text: shortened(name, width - plot.right - 26), index };
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
