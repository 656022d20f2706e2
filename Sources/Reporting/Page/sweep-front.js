// Success against stall: every configuration a dot, and those that no other one is better than.

const FRONT_HEIGHT = 320;
const NAMED_CHOICES = 8;

function showFront(parent, sweep) {
    const { front } = sweep;
    if (!front.choices.length) return;
    const said = readout('Point at a ringed dot, or go from one to the next with Tab, for what it is.');
    const shown = front.points.satisfied.length;
    const part = shown < front.configurations ? `${grouped(shown)} of ${counted(front.configurations, 'configuration')}`
        : counted(front.configurations, 'configuration');
    parent.append(element('h3', {}, 'Success against stall'));
    addFigure(parent, {
        caption: `Each of ${part} is a dot, coloured by strategy where that varies. Ringed: no other is satisfied as often with a `
            + 'shorter longest call, or more often with no longer one. Best is at the top left.',
        columns: ['', ...sweep.factors.map(({ name }) => name), '#satisfied', '#95 % from', '#to', '#longest call',
            '#95 % from', '#to'],
        rows: () => front.choices.map((choice, index) => [letterOf(index), ...choice.values, percent(choice.satisfied),
            percent(choice.satisfied_low), percent(choice.satisfied_high), duration(choice.stall),
            ...[choice.stall_low, choice.stall_high].map((value) => value === undefined ? '' : duration(value))]),
        draw: (width) => drawFront(width, sweep, (text) => { said.textContent = text; }),
    }).append(said);
    const left = front.choices_left_out + Math.max(front.choices.length - NAMED_CHOICES, 0);
    parent.append(table(['', ...sweep.factors.map(({ name }) => name), '#satisfied', '#longest call'],
        front.choices.slice(0, NAMED_CHOICES).map((choice, index) =>
            [letterOf(index), ...choice.values, percent(choice.satisfied), duration(choice.stall)])));
    if (left) parent.append(element('p', { class: 'quiet' }, `${grouped(left)} more are on the front.`));
}

/** A, B, ... Z, then numbers. */
function letterOf(index) {
    return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}

function choiceText(sweep, choice, index) {
    const values = sweep.factors.map(({ name }, at) => `${name} ${choice.values[at]}`).join(', ');
    return `${letterOf(index)}: ${values || 'the only one'}: satisfied in ${percent(choice.satisfied)} of `
        + `${counted(choice.runs, 'run')}, longest call ${duration(choice.stall)}`;
}

function drawFront(width, sweep, say) {
    const { front } = sweep;
    const strategies = levelNames(sweep, 'strategy');
    const plot = new Plot(width, FRONT_HEIGHT + Math.ceil(strategies.length / Math.max(1, Math.floor(width / 150))) * 16,
        { left: 56, right: 20, bottom: 40 + Math.ceil(strategies.length / Math.max(1, Math.floor(width / 150))) * 16 });
    const stalls = [...front.points.stall, ...front.choices.map((choice) => choice.stall)].filter((value) => value > 0);
    const least = stalls.length ? Math.min(...stalls) * 0.8 : 1;
    const most = Math.max(largest(stalls) * 1.25, least * 4);
    const across = logScale(least, most, plot.left + 10, plot.right - 10);
    const up = linearScale(0, 1, plot.bottom - 8, plot.top + 14);
    plot.rightAxis(up, [0, 0.25, 0.5, 0.75, 1], percent);
    const ticks = logTicks(least, most);
    const room = Math.max(1, Math.floor((plot.right - plot.left) / 74));
    plot.bottomAxis(across, ticks.filter((_, index) => index % Math.ceil(ticks.length / room) === 0), duration);
    plot.text(plot.right, plot.bottom + 32, 'longest call, mean over the seeds', { class: 'quiet', 'text-anchor': 'end' });
    const colourOf = (index) => `var(--owner-${index % OWNER_COLOURS})`;
    front.points.satisfied.forEach((satisfied, index) => {
        plot.add('circle', {
            cx: across(front.points.stall[index]).toFixed(1), cy: up(satisfied).toFixed(1), r: 2.6, class: 'dot',
            style: `fill: ${colourOf(front.points.strategy[index])}`,
        });
    });
    plot.add('path', {
        d: front.choices.map((choice, index) => {
            const [x, y] = [across(choice.stall).toFixed(1), up(choice.satisfied).toFixed(1)];
            return index === 0 ? `M${x},${y}` : `V${y}H${x}`;
        }).join(''), class: 'front',
    });
    const taken = [];
    front.choices.forEach((choice, index) => {
        const [x, y] = [across(choice.stall), up(choice.satisfied)];
        const text = choiceText(sweep, choice, index);
        const strategy = strategies.length ? strategies.indexOf(choice.values[sweep.factors.length - 1]) : 0;
        plot.add('circle', {
            cx: x, cy: y, r: 5.5, class: 'ringed', tabindex: 0, role: 'img', 'aria-label': text,
            style: `fill: ${colourOf(Math.max(strategy, 0))}`, pointerenter: () => say(text), focus: () => say(text),
        });
        if (index >= NAMED_CHOICES || taken.some(([a, b]) => Math.abs(a - x) < 16 && Math.abs(b - y) < 14)) return;
        taken.push([x, y]);
        plot.text(x + 8, y - 6, letterOf(index), { style: 'font-weight: 600' });
    });
    const columns = Math.max(1, Math.floor(width / 150));
    strategies.forEach((name, index) => {
        const [x, y] = [plot.left + (index % columns) * ((width - plot.left) / columns),
            plot.bottom + 50 + Math.floor(index / columns) * 16];
        plot.add('circle', { cx: x, cy: y - 4, r: 4, style: `fill: ${colourOf(index)}` });
        plot.text(x + 9, y, shortened(name, (width - plot.left) / columns - 20));
    });
    return plot.svg;
}
