// What the pictures of a sweep have in common: its tables, and the titles and units of its responses.

const MORE_IS_BETTER = ['satisfied', 'buffers_share'];

function responseTitle(name) {
    const found = words.responses.find((one) => one.name === name);
    return found ? found.title : name;
}

function responseText(sweep, name, value) {
    if (value === null || value === undefined) return '\u2013';
    const response = sweep.responses.find((one) => one.name === name);
    switch (response ? response.unit : 'count') {
    case 'share': return percent(value);
    case 'ns': return duration(value);
    case 'bytes': return sizeOfBytes(value);
    default: return short(value);
    }
}

function factorOf(sweep, name) {
    return sweep.factors.find((factor) => factor.name === name);
}

function levelNames(sweep, name) {
    const factor = factorOf(sweep, name);
    return factor ? factor.levels.map((level) => level.name) : [];
}

/** Names of factors as they fit beside a narrow picture: the last word of a key where no other key has it. */
function shortNames(sweep) {
    const last = sweep.factors.map(({ name }) => name.slice(name.lastIndexOf('.') + 1));
    const isAlone = (word) => last.filter((other) => other === word).length === 1;
    return new Map(sweep.factors.map(({ name }, index) => [name, isAlone(last[index]) ? last[index] : name]));
}

/**
 * A table by two factors, in either order; by one when `columns` is null.
 * @returns `cell(row, column)` with runs, failed, and for a response its figures; null when there is no such table.
 */
function sweepTable(sweep, rows, columns, strategy) {
    const wanted = columns === null ? [rows] : [rows, columns];
    const isTurned = (found) => columns !== null && found.factors[0] !== rows;
    const found = sweep.tables.find((one) => (one.strategy || null) === strategy
        && one.factors.length === wanted.length && wanted.every((name) => one.factors.includes(name)));
    if (!found) return null;
    const width = columns === null ? 1 : levelNames(sweep, found.factors[1]).length;
    return (row, column = 0) => {
        const at = isTurned(found) ? column * width + row : row * width + column;
        return {
            runs: found.runs[at], failed: found.failed[at],
            figure: (response) => {
                const all = found.responses[response];
                return all ? {
                    count: all.count[at], mean: all.mean[at], min: all.min[at], max: all.max[at],
                    low: all.low[at], high: all.high[at],
                } : { count: 0, mean: null, min: null, max: null, low: null, high: null };
            },
        };
    };
}

/** A figure in words: mean, interval, extremes, and of how many runs. */
function figureText(sweep, response, cell) {
    const { count, mean, min, max, low, high } = cell.figure(response);
    if (cell.runs === 0) return 'not run';
    const failed = cell.failed ? `, ${counted(cell.failed, 'run')} ended badly` : '';
    if (!count) return `no value in ${counted(cell.runs, 'run')}${failed}`;
    const text = (value) => responseText(sweep, response, value);
    const interval = low === null ? '' : `, 95\u00a0% interval ${text(low)} to ${text(high)}`;
    const range = response === 'satisfied' || min === max ? '' : `, from ${text(min)} to ${text(max)}`;
    return `${text(mean)}${interval}${range}; ${counted(count, 'run')}${failed}`;
}

/**
 * Makes choices of what a picture shows. One that was changed keeps the focus when everything is drawn anew.
 * @param chosen what is chosen, by the names of the choices.
 * @param set takes over a name with its new value, when that does more than changing it.
 */
function choicesIn(place, chosen, draw, set = (name, value) => { chosen[name] = value; }) {
    return (name, label, options) => {
        const change = () => {
            set(name, select.value);
            draw();
            const again = place.querySelector(`[data-choice="${name}"] select`);
            if (again) again.focus();
        };
        const select = element('select', { change },
            options.map(([value, title]) => element('option', { value }, title)));
        select.value = chosen[name];
        return element('label', { 'data-choice': name }, `${label} `, select);
    };
}

function strategyOptions(sweep) {
    return [['', 'all'], ...levelNames(sweep, 'strategy').map((name) => [name, name])];
}

function responseOptions(sweep) {
    return sweep.responses.map(({ name }) => [name, responseTitle(name)]);
}

/** The line of a picture about what the reader points at. */
function readout(text) {
    return element('p', { class: 'readout', 'aria-live': 'polite' }, text);
}
