// Heat map of a response over two keys.

const HEAT_CELL = 34;
const HEAT_STEPS = 7;

function showHeat(parent, sweep) {
    const names = sweep.factors.map((factor) => factor.name);
    const pairs = sweep.tables.filter((one) => one.factors.length === 2);
    if (!pairs.length) return;
    const first = pairs.find((one) => !one.factors.includes('strategy')) || pairs[0];
    const chosen = { rows: first.factors[0], columns: first.factors[1], response: 'satisfied', strategy: '' };
    const place = element('div', {});
    const draw = () => {
        const canFilter = ![chosen.rows, chosen.columns].includes('strategy') && factorOf(sweep, 'strategy');
        const all = names.map((name) => [name, name]);
        const choice = choicesIn(place, chosen, draw, (name, value) => {
            // The key of the other axis changes places with this one.
            const other = { rows: 'columns', columns: 'rows' }[name];
            if (other && chosen[other] === value) chosen[other] = chosen[name];
            chosen[name] = value;
        });
        place.replaceChildren(element('div', { class: 'bar' },
            choice('rows', 'Rows', all), choice('columns', 'Columns', all),
            choice('response', 'Shown', responseOptions(sweep)),
            canFilter ? choice('strategy', 'Strategy', strategyOptions(sweep)) : null));
        addHeatFigure(place, sweep, { ...chosen, strategy: canFilter && chosen.strategy ? chosen.strategy : null });
    };
    parent.append(element('h3', {}, 'Over two keys'), place);
    draw();
}

function addHeatFigure(parent, sweep, { rows, columns, response, strategy }) {
    const cell = sweepTable(sweep, rows, columns, strategy);
    if (!cell) {
        parent.append(without('These two keys have no table in the result, which keeps those that matter most; see',
            'devemu compare STORE.db --by KEY --by KEY'));
        return;
    }
    const [down, across] = [levelNames(sweep, rows), levelNames(sweep, columns)];
    const means = down.flatMap((_, row) => across.map((__, column) => cell(row, column).figure(response).mean))
        .filter((mean) => mean !== null);
    const scale = heatScale(sweep, response, means);
    const said = readout('Point at a cell, or move with the arrow keys, for its figures.');
    const words = (row, column) => `${rows} ${down[row]}, ${columns} ${across[column]}: `
        + figureText(sweep, response, cell(row, column));
    addFigure(parent, {
        caption: `${responseTitle(response)}, mean of the runs of each cell${strategy ? ` with ${strategy}` : ''}, `
            + `whatever else varies. ${scale.caption}`,
        columns: [rows, ...across.map((name) => `#${name}`)],
        rows: () => down.map((name, row) => [name, ...across.map((_, column) =>
            responseText(sweep, response, cell(row, column).figure(response).mean))]),
        draw: (width) => drawHeat(width, {
            sweep, down, across, response, cell, scale, words, say: (text) => { said.textContent = text; },
            names: [rows, columns],
        }),
    }).append(said);
}

/** Strength of the colour, 0 ... 1: shares as they are, everything else between the least and the most, by ratio
    where these are far apart. */
function heatScale(sweep, response, means) {
    const unit = (sweep.responses.find((one) => one.name === response) || {}).unit;
    if (unit === 'share') return { strength: (value) => value, caption: 'A stronger colour is more.' };
    const [least, most] = [Math.min(...means), Math.max(...means)];
    const isWide = least > 0 && most / least > 20;
    const scale = isWide ? logScale(least, most, 0, 1) : linearScale(Math.min(least, 0), most, 0, 1);
    return {
        strength: (value) => (most > least || most > 0 ? scale(value) : 0),
        caption: `A stronger colour is more${isWide ? ', on a logarithmic scale' : ''}.`,
    };
}

function drawHeat(width, { sweep, down, across, response, cell, scale, words, say, names }) {
    const longest = Math.max(...down.map((name) => name.length));
    const left = Math.min(Math.max(longest * 6.6 + 12, 60), width * 0.32);
    const size = Math.min(Math.max((width - left - 8) / across.length, 10), 110);
    const isTurned = Math.max(...across.map((name) => name.length)) * 6.6 > size - 4;
    const bottom = isTurned ? Math.min(Math.max(...across.map((name) => name.length)), 18) * 6.2 + 34 : 40;
    const plot = new Plot(width, down.length * HEAT_CELL + bottom + 22, { left, right: 8, bottom, top: 22 });
    const base = MORE_IS_BETTER.includes(response) ? '--owner-2' : '--owner-4';
    plot.text(0, 12, `${shortened(names[0], width * 0.46)} \u2193`, { class: 'quiet' });
    const edge = Math.max(left + across.length * size, Math.min(width - 4, left + 180));
    plot.text(edge, 12, `${shortened(names[1], width * 0.46)} \u2192`, { class: 'quiet', 'text-anchor': 'end' });
    const marks = down.map((name, row) => {
        const y = plot.top + row * HEAT_CELL;
        plot.text(left - 8, y + HEAT_CELL / 2 + 4, shortened(name, left - 10), { 'text-anchor': 'end' });
        return across.map((_, column) => {
            const x = left + column * size;
            const { mean } = cell(row, column).figure(response);
            const step = mean === null ? 0 : Math.round(Math.min(Math.max(scale.strength(mean), 0), 1) * HEAT_STEPS);
            const fill = mean === null ? 'var(--paper)'
                : `color-mix(in srgb, var(${base}) ${Math.round(step / HEAT_STEPS * 78)}%, var(--raised))`;
            const mark = plot.add('rect', {
                x: x + 0.5, y: y + 0.5, width: size - 1, height: HEAT_CELL - 1, class: 'heat', style: `fill: ${fill}`,
                'data-cell': `${row},${column}`, pointerenter: () => point(row, column),
            });
            const text = mean === null ? '\u2013' : responseText(sweep, response, mean);
            if (text.length * 6 < size - 2) {
                plot.text(x + size / 2, y + HEAT_CELL / 2 + 4, text, { 'text-anchor': 'middle', class: 'value' });
            }
            return mark;
        });
    });
    across.forEach((name, column) => {
        const [x, y] = [left + (column + 0.5) * size, plot.bottom + 14];
        plot.text(x, y, isTurned ? shortened(name, 112) : name, isTurned
            ? { 'text-anchor': 'end', transform: `rotate(-60 ${x} ${y})` } : { 'text-anchor': 'middle' });
    });
    let at = [0, 0];
    let last = null;
    function point(row, column) {
        at = [row, column];
        if (last) last.classList.remove('pointed');
        last = marks[row][column];
        last.classList.add('pointed');
        say(words(row, column));
    }
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    plot.svg.setAttribute('tabindex', 0);
    plot.svg.addEventListener('focus', () => point(...at));
    plot.svg.addEventListener('keydown', (event) => {
        const step = steps[event.key];
        if (!step) return;
        event.preventDefault();
        const inside = (value, count) => Math.min(Math.max(value, 0), count - 1);
        point(inside(at[0] + step[0], down.length), inside(at[1] + step[1], across.length));
    });
    return plot.svg;
}
