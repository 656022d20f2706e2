// The parts of pictures: scales, axes, curves, and figures that are drawn again when the page changes its width.

function linearScale(from, to, start, end) {
    const span = to - from || 1;
    return (value) => start + ((value - from) / span) * (end - start);
}

function logScale(from, to, start, end) {
    const scale = linearScale(Math.log(from), Math.log(Math.max(to, from * 1.0001)), start, end);
    return (value) => scale(Math.log(Math.max(value, from)));
}

/** Up to about `count` round numbers from 0 to `most`: steps of 1, 2 or 5. */
function roundTicks(most, count) {
    if (!(most > 0)) return [0];
    const rough = most / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough);
    const ticks = [];
    for (let index = 0; index * step <= most * 1.0001; index += 1) ticks.push(index * step);
    return ticks;
}

/** The largest of any number of values, and of `least`. */
function largest(values, least = 0) {
    return values.reduce((most, value) => Math.max(most, value), least);
}

/** Numbers of pages that are round as sizes. */
function sizeTicks(pages, count) {
    if (pages <= 0) return [0];
    const unit = [2 ** 18, 2 ** 8].find((size) => pages / size >= 1.5) || 1;
    if (unit === 1) return [0, 2 ** Math.floor(Math.log2(pages))];
    return roundTicks(pages / unit, count).map((tick) => tick * unit);
}

/** Powers of ten, and twos and fives between them where there are few. */
function logTicks(from, to) {
    const ticks = [];
    const factors = Math.log10(to / from) > 3 ? [1] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power += 1) {
        for (const factor of factors) {
            const tick = factor * 10 ** power;
            if (tick >= from * 0.999 && tick <= to * 1.001) ticks.push(tick);
        }
    }
    return ticks;
}

/** A drawing with margins; `inner` is the room between them. */
class Plot {
    constructor(width, height, { top = 8, right = 12, bottom = 26, left = 64 } = {}) {
        this.svg = svgElement('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' });
        this.left = left;
        this.right = width - right;
        this.top = top;
        this.bottom = height - bottom;
    }

    add(name, attributes, ...children) {
        const node = svgElement(name, attributes, ...children);
        this.svg.append(node);
        return node;
    }

    text(x, y, text, attributes = {}) { return this.add('text', { x, y, ...attributes }, text); }

    rect(x, y, width, height, style) { return this.add('rect', { x, y, width, height, style }); }

    /** A text beside a place: at its left in the right half of the picture, else at its right. */
    beside(x, y, gap, text, attributes = {}) {
        const isLeft = x > (this.left + this.right) / 2;
        return this.text(isLeft ? x - gap : x + gap, y, text, { 'text-anchor': isLeft ? 'end' : 'start', ...attributes });
    }

    line(x1, y1, x2, y2, name = 'axis') { return this.add('line', { x1, y1, x2, y2, class: name }); }

    rightAxis(scale, ticks, format) {
        for (const tick of ticks) {
            this.line(this.left, scale(tick), this.right, scale(tick), 'grid');
            this.text(this.left - 6, scale(tick) + 4, format(tick), { 'text-anchor': 'end', class: 'quiet' });
        }
    }

    bottomAxis(scale, ticks, format, lines = true) {
        this.line(this.left, this.bottom, this.right, this.bottom);
        for (const tick of ticks) {
            const x = scale(tick);
            if (lines) this.line(x, this.top, x, this.bottom, 'grid');
            this.line(x, this.bottom, x, this.bottom + 4);
            const anchor = x > this.right - 20 ? 'end' : x < this.left + 10 ? 'start' : 'middle';
            this.text(x, this.bottom + 16, format(tick), { 'text-anchor': anchor, class: 'quiet' });
        }
    }

    /** A curve through points, in steps or straight from one to the next. Its look is a number, or null for a grey line. */
    curve(points, index, isStepped = false, look = index) {
        if (!points.length) return null;
        let path = '';
        points.forEach(([x, y], at) => {
            if (at === 0) path = `M${x.toFixed(1)},${y.toFixed(1)}`;
            else path += isStepped ? `H${x.toFixed(1)}V${y.toFixed(1)}` : `L${x.toFixed(1)},${y.toFixed(1)}`;
        });
        return this.add('path', { d: path, class: 'curve', 'data-curve': index, style: curveStyle(look) });
    }

    /** Names of curves at their ends, moved apart where they would overlap. */
    endLabels(labels, spacing = 13) {
        const sorted = [...labels].sort((a, b) => a.y - b.y);
        let last = -Infinity;
        for (const label of sorted) {
            label.at = Math.max(label.y, last + spacing);
            last = label.at;
        }
        const excess = last - (this.bottom + 4);
        if (excess > 0) {
            let next = Infinity;
            for (const label of sorted.reverse()) {
                label.at = Math.min(label.at, this.bottom + 4, next - spacing);
                next = label.at;
            }
        }
        for (const label of sorted) {
            const x = this.right + 10;
            this.line(this.right, label.y, x, label.at, 'leader');
            this.add('path', { d: `M${x},${label.at.toFixed(1)}h20`, style: curveStyle(label.look === undefined ? label.index : label.look) });
            this.text(x + 24, label.at + 4, label.text, {
                class: label.look === null ? 'quiet' : null,
                pointerenter: () => this.emphasise(label.index), pointerleave: () => this.emphasise(null),
            });
        }
    }

    /** Fades every curve but one; null shows all of them again. */
    emphasise(index) {
        for (const curve of this.svg.querySelectorAll('.curve')) {
            curve.style.opacity = index === null || curve.dataset.curve === String(index) ? 1 : 0.12;
        }
    }
}

/** A picture of the page's width with its title, what it shows, and its table. */
function addFigure(parent, { title, caption, draw, columns, rows }) {
    const place = element('div', { class: 'plot' });
    const figure = element('figure', {}, title ? element('h3', {}, title) : null,
        caption ? element('figcaption', {}, caption) : null, place);
    let drawn = 0;
    const redraw = () => {
        const width = Math.floor(place.clientWidth);
        if (width === 0 || width === drawn) return;
        drawn = width;
        const svg = draw(width);
        svg.setAttribute('aria-label', title || caption || 'picture');
        place.replaceChildren(svg);
    };
    parent.append(figure);
    redraw();
    new ResizeObserver(() => requestAnimationFrame(redraw)).observe(place);
    if (columns) parent.append(tableBeneath(columns, rows));
    return figure;
}

/** A text shortened to about as many pixels. */
function shortened(text, pixels) {
    const characters = Math.max(3, Math.floor(pixels / 6.2));
    return text.length <= characters ? text : `${text.slice(0, characters - 1)}\u2026`;
}
