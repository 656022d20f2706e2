// A response against one key whose values are numbers, with a line for each level of another one.

const SWEEP_CURVES_HEIGHT = 280;
const MOST_CURVES = 20;

function showCurves(parent, sweep) {
    const numeric = sweep.factors.filter((factor) => factor.levels.length > 1
        && factor.levels.every((level) => level.value !== null && level.value !== undefined));
    if (!numeric.length) return;
    const isSize = (factor) => factor.unit === 'bytes';
    const chosen = { across: (numeric.find(isSize) || numeric[0]).name, lines: '', response: 'satisfied', strategy: '' };
    const place = element('div', {});
    const draw = () => {
        const others = sweep.factors.map((factor) => factor.name).filter((name) => name !== chosen.across);
        if (chosen.lines === chosen.across) chosen.lines = '';
        const canFilter = chosen.lines && chosen.lines !== 'strategy' && factorOf(sweep, 'strategy');
        const choice = choicesIn(place, chosen, draw);
        place.replaceChildren(element('div', { class: 'bar' },
            choice('across', 'Against', numeric.map(({ name }) => [name, name])),
            choice('lines', 'A line for each', [['', 'nothing'], ...others.map((name) => [name, name])]),
            choice('response', 'Shown', responseOptions(sweep)),
            canFilter ? choice('strategy', 'Strategy', strategyOptions(sweep)) : null));
        addCurvesFigure(place, sweep, { ...chosen, strategy: canFilter && chosen.strategy ? chosen.strategy : null });
    };
    chosen.lines = factorOf(sweep, 'strategy') ? 'strategy'
        : (sweep.factors.find((factor) => factor.name !== chosen.across) || { name: '' }).name;
    parent.append(element('h3', {}, 'Against one key'), place);
    draw();
}

function addCurvesFigure(parent, sweep, { across, lines, response, strategy }) {
    const cell = sweepTable(sweep, across, lines || null, strategy);
    if (!cell) {
        parent.append(without('These two keys have no table in the result, which keeps those that matter most; see',
            'devemu compare STORE.db --by KEY --by KEY'));
        return;
    }
    const levels = factorOf(sweep, across).levels;
    const names = lines ? levelNames(sweep, lines).slice(0, MOST_CURVES) : [responseTitle(response)];
    const curves = names.map((name, column) => ({
        name, points: levels.map((level, row) => ({ level, row, cell: cell(row, column) }))
            .filter((point) => point.cell.figure(response).mean !== null),
    }));
    const said = readout('Point at a dot, or go from one to the next with Tab, for its figures.');
    addFigure(parent, {
        caption: `${responseTitle(response)}: mean of the runs${strategy ? ` with ${strategy}` : ''}, whatever else `
            + 'varies; bands are 95 % intervals over the seeds.'
            + (lines && levelNames(sweep, lines).length > MOST_CURVES ? ` The first ${MOST_CURVES} lines.` : ''),
        columns: [across, ...names.map((name) => `#${name}`)],
        rows: () => levels.map((level, row) => [level.name, ...names.map((_, column) =>
            responseText(sweep, response, cell(row, column).figure(response).mean))]),
        draw: (width) => drawCurves(width, sweep, {
            levels, curves, response, across, say: (text) => { said.textContent = text; },
        }),
    }).append(said);
}

function drawCurves(width, sweep, { levels, curves, response, across, say }) {
    const height = Math.max(SWEEP_CURVES_HEIGHT, curves.length * 13 + 50);
    const plot = new Plot(width, height, { left: 64, right: Math.min(170, width * 0.36), bottom: 40 });
    const values = levels.map((level) => level.value);
    const [first, last] = [Math.min(...values), Math.max(...values)];
    const isWide = first > 0 && last / first > 20;
    const at = (isWide ? logScale : linearScale)(first, last, plot.left + 6, plot.right - 6);
    const figures = curves.flatMap(({ points }) => points.map((point) => point.cell.figure(response)));
    const isShare = ['satisfied', 'buffers_share'].includes(response);
    const most = isShare ? 1 : largest(figures.map(({ mean, high }) => high === null ? mean : high)) || 1;
    const least = Math.min(...figures.map(({ mean }) => mean).filter((mean) => mean > 0), most);
    const isRatio = !isShare && most / least > 100 && figures.every(({ mean }) => mean > 0);
    const up = isRatio ? logScale(least, most, plot.bottom, plot.top + 8) : linearScale(0, most, plot.bottom, plot.top + 8);
    plot.rightAxis(up, isShare ? [0, 0.25, 0.5, 0.75, 1] : isRatio ? logTicks(least, most) : roundTicks(most, 4),
        (value) => responseText(sweep, response, value));
    let free = -Infinity;
    plot.line(plot.left, plot.bottom, plot.right, plot.bottom);
    for (const level of levels) {
        const x = at(level.value);
        const room = level.name.length * 6 + 8;
        if (x - room / 2 < free) continue;
        free = x + room / 2;
        plot.line(x, plot.bottom, x, plot.bottom + 4);
        plot.text(x, plot.bottom + 16, level.name, { 'text-anchor': 'middle', class: 'quiet' });
    }
    plot.text((plot.left + plot.right) / 2, plot.bottom + 32, shortened(across, plot.right - plot.left),
        { 'text-anchor': 'middle', class: 'quiet' });
    const labels = [];
    curves.forEach(({ name, points }, index) => {
        if (!points.length) return;
        const figure = (point) => point.cell.figure(response);
        const known = points.filter((point) => figure(point).low !== null);
        if (known.length > 1) {
            const corner = (point, value) => `${at(point.level.value).toFixed(1)},${up(value).toFixed(1)}`;
            plot.add('polygon', {
                points: [...known.map((point) => corner(point, figure(point).high)),
                    ...[...known].reverse().map((point) => corner(point, figure(point).low))].join(' '),
                class: 'curve', 'data-curve': index,
                style: `fill: color-mix(in srgb, var(--owner-${index % OWNER_COLOURS}) 16%, transparent)`,
            });
        }
        plot.curve(points.map((point) => [at(point.level.value), up(figure(point).mean)]), index);
        for (const point of points) {
            const text = `${name}, ${across} ${point.level.name}: ${figureText(sweep, response, point.cell)}`;
            const pointAt = () => { plot.emphasise(index); say(text); };
            plot.add('circle', {
                cx: at(point.level.value), cy: up(figure(point).mean), r: 4, tabindex: 0, role: 'img',
                'aria-label': text, style: `fill: var(--owner-${index % OWNER_COLOURS})`, pointerenter: pointAt,
                focus: pointAt, pointerleave: () => plot.emphasise(null), blur: () => plot.emphasise(null),
            });
        }
        labels.push({
            y: up(figure(points[points.length - 1]).mean), text: shortened(name, width - plot.right - 38), index,
        });
    });
    plot.endLabels(labels);
    return plot.svg;
}
