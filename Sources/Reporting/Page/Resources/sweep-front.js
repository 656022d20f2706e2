// Success against stall: every option a dot, and those to which no other option is superior.

const FRONT_HEIGHT = 320;
const NAMED_CHOICES = 8;

function showFront(parent, sweep) {
    const { front } = sweep;
    const said = sentencesOf(sweep).sweep;
    if (!front.choices.length) {
        parent.append(...said.front.map((one) => sentence(one, 'quiet')));
        return;
    }
    const shownChoice = readout('Point at a ringed dot, or go from one to the next with Tab, for what it is.');
    const shown = front.points.satisfied.length;
    const part = shown < front.options ? `${grouped(shown)} of ${counted(front.options, 'option')}`
        : counted(front.options, 'option');
    const hasMemory = front.choices.some((choice) => choice.memory > 0);
    const memory = (choice) => (hasMemory ? [sizeOfBytes(choice.memory)] : []);
    const memoryTitle = hasMemory ? ['#memory'] : [];
    parent.append(element('h3', {}, 'Success against stall'));
    addFigure(parent, {
        caption: `Each of ${part} is a dot, coloured by strategy where that varies: a combination of ${listed(front.factors)}, `
            + `over all that is given. Ringed: no other is satisfied as often with a shorter longest call${hasMemory
                ? ' or less memory' : ''}, or more often for no more. Best is at the top left.`,
        columns: ['', ...front.factors, '#satisfied', '#95 % from', '#to', '#longest call', '#95 % from', '#to',
            ...memoryTitle],
        rows: () => front.choices.map(({ option, memory: bytes }, index) => [letterOf(index), ...option.values,
            percent(option.satisfied), percent(option.satisfied_low), percent(option.satisfied_high),
            duration(option.stall),
            ...[option.stall_low, option.stall_high].map((value) => value === undefined ? '' : duration(value)),
            ...memory({ memory: bytes })]),
        draw: (width) => drawFront(width, sweep, (text) => { shownChoice.textContent = text; }),
    }).append(shownChoice);
    const left = front.choices_left_out + Math.max(front.choices.length - NAMED_CHOICES, 0);
    parent.append(table(['', ...front.factors, '#satisfied', '#longest call', ...memoryTitle],
        front.choices.slice(0, NAMED_CHOICES).map((choice, index) =>
            [letterOf(index), ...choice.option.values, percent(choice.option.satisfied), duration(choice.option.stall),
                ...memory(choice)])));
    if (left) parent.append(element('p', { class: 'quiet' }, `${grouped(left)} more are on the front.`));
    parent.append(...said.front.map((one) => sentence(one, 'quiet')));
    if (said.off_front) parent.append(element('p', { class: 'quiet' }, said.off_front));
}

/** A, B, ... Z, then numbers. */
function letterOf(index) {
    return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}

function choiceText(sweep, { option }, index) {
    const values = sweep.front.factors.map((name, at) => `${name} ${option.values[at]}`).join(', ');
    return `${letterOf(index)}: ${values}: ${percent(option.satisfied)} of ${counted(option.runs, 'run')}, `
        + `longest call ${duration(option.stall)}`;
}

function drawFront(width, sweep, say) {
    const { front } = sweep;
    const strategies = levelNames(sweep, 'strategy');
    const plot = new Plot(width, FRONT_HEIGHT + Math.ceil(strategies.length / Math.max(1, Math.floor(width / 150))) * 16,
        { left: 56, right: 20, bottom: 40 + Math.ceil(strategies.length / Math.max(1, Math.floor(width / 150))) * 16 });
    const stalls = [...front.points.stall, ...front.choices.map(({ option }) => option.stall)].filter((value) => value > 0);
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
    // The steps of success against stall alone; options that cost more stall and less memory lie below them.
    const steps = front.choices.map(({ option }) => option).filter((option, index, all) =>
        all.slice(0, index).every((other) => other.stall > option.stall));
    plot.add('path', {
        d: steps.map((option, index) => {
            const [x, y] = [across(option.stall).toFixed(1), up(option.satisfied).toFixed(1)];
            return index === 0 ? `M${x},${y}` : `V${y}H${x}`;
        }).join(''), class: 'front',
    });
    const taken = [];
    front.choices.forEach((choice, index) => {
        const [x, y] = [across(choice.option.stall), up(choice.option.satisfied)];
        const text = choiceText(sweep, choice, index);
        const place = front.factors.indexOf('strategy');
        const strategy = place < 0 ? 0 : strategies.indexOf(choice.option.values[place]);
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
