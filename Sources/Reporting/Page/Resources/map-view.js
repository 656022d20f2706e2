// The map with its slider, its zoom and the counts of the frame that is shown.

class MapView {
    /** @param show is called with the page that was chosen. */
    constructor(parent, history, area, show) {
        this.area = area;
        this.history = history;
        this.show = show;
        this.codes = codeCount(area, history.devices);
        this.state = new AreaState(area);
        this.zoom = 0;
        this.cursor = -1;
        this.canvas = element('canvas', {
            tabindex: 0, role: 'application',
            'aria-label': 'Map of pages: arrow keys move, Enter shows the history of a page',
            click: (event) => this.choose(event), keydown: (event) => this.key(event),
        });
        this.space = element('div', {}, this.canvas);
        this.scroller = element('div', { class: 'map', scroll: () => this.draw() }, this.space);
        this.scroller.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
        this.slider = element('input', {
            type: 'range', min: 0, max: area.frames.length, step: 1, 'aria-label': 'Moment of the run',
            input: () => this.goTo(Number(this.slider.value)),
        });
        this.moment = element('output', { class: 'mono' });
        this.counts = element('div', { id: 'counts' });
        this.cellText = element('span', { class: 'quiet' });
        const zoomButton = (text, label, step) =>
            element('button', { type: 'button', 'aria-label': label, click: () => this.zoomBy(step) }, text);
        parent.append(
            element('div', { class: 'bar' }, this.slider, this.moment),
            this.scroller,
            element('div', { class: 'bar' },
                zoomButton('\u2212', 'Zoom out', -1), zoomButton('+', 'Zoom in', 1), this.cellText),
            this.counts);
        this.goTo(frameOfMost(area, history.devices));
        this.layOut();
        new ResizeObserver(() => requestAnimationFrame(() => {
            if (this.scroller.clientWidth !== this.size.width) this.layOut();
        })).observe(this.scroller);
    }

    goTo(frame) {
        this.state.goTo(frame);
        this.slider.value = frame;
        const when = frame === 0 ? 'at the start' : `after ${duration(this.state.time)}`;
        this.moment.textContent = `${when}, frame ${frame} of ${this.area.frames.length}`;
        this.slider.setAttribute('aria-valuetext', when);
        this.showCounts();
        this.draw();
    }

    showCounts() {
        const counts = this.state.counts(this.codes);
        const rows = counts.map((pages, code) => {
            const row = [swatch(code), ownerName(code, this.history.devices), grouped(pages), sizeOf(pages),
                percent(pages / Math.max(1, this.area.pages))];
            row.attributes = { 'data-owner': code, 'data-pages': pages };
            return row;
        }).filter((row, code) => code !== STOCKED || counts[code] > 0);
        this.counts.replaceChildren(table(['', 'pages are', '#pages', '#size', '#of the area'], rows));
    }

    /** Measures the room and makes the looks again, as after a change of the theme. */
    layOut() {
        const width = this.scroller.clientWidth;
        this.grid = mapGrid(this.area, Math.max(100, width - GUTTER - 2), this.zoom);
        const { grid } = this;
        const height = Math.min(grid.height, 600);
        const ratio = window.devicePixelRatio || 1;
        this.space.style.width = `${grid.width + GUTTER}px`;
        this.space.style.height = `${grid.height}px`;
        this.scroller.style.height = `${height + 2 + (grid.width + GUTTER > width + 1 ? 16 : 0)}px`;
        this.size = { width, height };
        this.canvas.width = Math.round(width * ratio);
        this.canvas.height = Math.round(height * ratio);
        this.canvas.style.width = `${width}px`;
        this.canvas.style.height = `${height}px`;
        this.context = this.canvas.getContext('2d');
        this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
        this.looks = canvasLooks(this.context, this.codes);
        this.colours = {
            paper: colour('--paper'), quiet: colour('--quiet'), ink: colour('--ink'), pinColour: colour('--pinned-mark'),
        };
        const cell = grid.pagesPerCell === 1 ? 'a cell is one page'
            : `a cell is ${grid.pagesPerCell} pages and looks like most of them; a bar in it is a pinned page`;
        this.cellText.textContent = `a row is ${counted(grid.blocksPerRow, 'pageblock')} of ${sizeOf(grid.block)}, ${cell}`;
        this.draw();
    }

    draw() {
        if (!this.grid) return;
        drawMap(this.context, this.state, this.grid, this.looks, {
            left: this.scroller.scrollLeft, top: this.scroller.scrollTop, ...this.size, ...this.colours,
            cursor: this.cursor, area: this.area,
        });
    }

    /** Zooms so that the page at a place of the view, its middle if none is given, stays where it is. */
    zoomBy(steps, at = { x: this.size.width / 2, y: this.size.height / 2 }) {
        const zoom = Math.max(0, this.zoom + steps);
        if (zoom === this.zoom || (steps > 0 && this.grid.isClosest)) return;
        const before = this.grid;
        const acrossAll = (this.scroller.scrollLeft + at.x - GUTTER) / before.width;
        const downAll = (this.scroller.scrollTop + at.y) / before.height;
        this.zoom = zoom;
        this.layOut();
        this.scroller.scrollLeft = acrossAll * this.grid.width + GUTTER - at.x;
        this.scroller.scrollTop = downAll * this.grid.height - at.y;
        this.draw();
    }

    wheel(event) {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoomBy(event.deltaY < 0 ? 1 : -1, this.pointIn(event));
    }

    pointIn(event) {
        const box = this.canvas.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    }

    choose(event) {
        const { x, y } = this.pointIn(event);
        const first = pageAt(this.grid, x + this.scroller.scrollLeft, y + this.scroller.scrollTop);
        if (first >= 0 && x >= GUTTER) this.select(tellingPage(this.state.pages, first, this.grid.pagesPerCell));
    }

    select(page) {
        this.cursor = page;
        this.draw();
        this.show(page);
    }

    key(event) {
        const { pagesPerCell, rowPages, pages } = this.grid;
        const steps = {
            ArrowLeft: -pagesPerCell, ArrowRight: pagesPerCell, ArrowUp: -rowPages, ArrowDown: rowPages,
        };
        if (event.key === 'Enter' && this.cursor >= 0) {
            const first = this.cursor - (this.cursor % rowPages) % pagesPerCell;
            this.select(tellingPage(this.state.pages, first, pagesPerCell));
        } else if (event.key === '+' || event.key === '-') {
            this.zoomBy(event.key === '+' ? 1 : -1);
        } else if (steps[event.key]) {
            const next = this.cursor < 0 ? 0 : this.cursor + steps[event.key];
            if (next >= 0 && next < pages) this.cursor = next;
            this.reveal();
            this.draw();
        } else {
            return;
        }
        event.preventDefault();
    }

    /** Scrolls to the cursor. */
    reveal() {
        const { x, y } = placeOf(this.grid, this.cursor);
        const { scroller, size, grid } = this;
        const [right, bottom] = [x + grid.cellWidth - size.width, y + grid.rowHeight - size.height];
        if (x - GUTTER < scroller.scrollLeft) scroller.scrollLeft = x - GUTTER;
        if (right > scroller.scrollLeft) scroller.scrollLeft = right + 4;
        if (y < scroller.scrollTop) scroller.scrollTop = y;
        if (bottom > scroller.scrollTop) scroller.scrollTop = bottom + 4;
    }
}
