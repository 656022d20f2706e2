// Where the pages of an area lie on the map: rows of whole pageblocks, cells of one page or of 2^n.

const MAP_HEIGHT = 512;
const SMALLEST_ROW = 4;
const LARGEST_ROW = 18;
const SMALLEST_CELL = 4;
const LARGEST_CELL = 18;
/** Room for the page frame numbers on the left. */
const GUTTER = 68;

/**
 * The grid of one zoom step.
 * @param width pixels that the rows have without zoom.
 * @param zoom 0 shows all of the width; each step makes it twice as wide.
 */
function mapGrid(area, width, zoom) {
    const block = Math.max(1, area.pageblock_pages);
    const blocks = Math.ceil(area.pages / block);
    let blocksPerRow = 1;
    while (Math.ceil(blocks / blocksPerRow) * SMALLEST_ROW > MAP_HEIGHT) blocksPerRow *= 2;
    const rows = Math.ceil(blocks / blocksPerRow);
    const rowPages = blocksPerRow * block;
    const scaled = width * 2 ** zoom;
    let pagesPerCell = 1;
    while ((scaled * pagesPerCell) / rowPages < SMALLEST_CELL) pagesPerCell *= 2;
    const cellWidth = Math.min((scaled * pagesPerCell) / rowPages, LARGEST_CELL * pagesPerCell);
    const fitting = Math.min(LARGEST_ROW, Math.max(SMALLEST_ROW, Math.floor(MAP_HEIGHT / rows)));
    const rowHeight = Math.min(LARGEST_ROW, Math.round(fitting * 1.5 ** zoom));
    return {
        rows, rowPages, blocksPerRow, pagesPerCell, cellWidth, rowHeight, pages: area.pages, block,
        cellsPerRow: Math.ceil(rowPages / pagesPerCell),
        width: (rowPages / pagesPerCell) * cellWidth, height: rows * rowHeight,
        isClosest: pagesPerCell === 1 && cellWidth >= LARGEST_CELL * 0.6,
    };
}

/** The first page of the cell at a place of the map, or -1 beside it. */
function pageAt(grid, x, y) {
    const row = Math.floor(y / grid.rowHeight);
    const cell = Math.floor((x - GUTTER) / grid.cellWidth);
    if (row < 0 || row >= grid.rows || cell < 0 || cell >= grid.cellsPerRow) return -1;
    const page = row * grid.rowPages + cell * grid.pagesPerCell;
    return page < grid.pages ? page : -1;
}

/** The place of a page's cell. */
function placeOf(grid, page) {
    const row = Math.floor(page / grid.rowPages);
    const cell = Math.floor((page - row * grid.rowPages) / grid.pagesPerCell);
    return { x: GUTTER + cell * grid.cellWidth, y: row * grid.rowHeight };
}

/**
 * The most telling page of a cell: a pinned one, else one that is held, else the first.
 */
function tellingPage(pages, first, count) {
    const end = Math.min(first + count, pages.length);
    let best = first;
    const weight = (page) => pages[page] === PINNED ? 1e6 : pages[page];
    for (let page = first; page < end; page += 1) {
        if (weight(page) > weight(best)) best = page;
    }
    return best;
}

/**
 * Draws the part of the map that is seen.
 * @param view `left`, `top`, `width`, `height` of that part, pixels; `cursor`, a page or -1.
 */
function drawMap(context, state, grid, looks, view) {
    const { left, top, width, height } = view;
    context.clearRect(0, 0, width, height);
    context.save();
    context.translate(-left, -top);
    const firstRow = Math.max(0, Math.floor(top / grid.rowHeight));
    const lastRow = Math.min(grid.rows - 1, Math.floor((top + height) / grid.rowHeight));
    const firstCell = Math.max(0, Math.floor((left - GUTTER) / grid.cellWidth));
    const lastCell = Math.min(grid.cellsPerRow - 1, Math.floor((left + width - GUTTER) / grid.cellWidth));
    const gap = grid.rowHeight >= 6 ? 1 : 0;
    const counts = new Int32Array(looks.length);
    const marks = [];
    for (let row = firstRow; row <= lastRow; row += 1) {
        const y = row * grid.rowHeight;
        let runStart = firstCell, runCode = -1;
        for (let cell = firstCell; cell <= lastCell + 1; cell += 1) {
            const first = row * grid.rowPages + cell * grid.pagesPerCell;
            const isInside = cell <= lastCell && first < grid.pages;
            const code = isInside ? cellCode(state.pages, first, grid.pagesPerCell, counts) : -1;
            if (isInside && counts.hasPins && code !== PINNED) marks.push(GUTTER + cell * grid.cellWidth, y);
            if (code === runCode) continue;
            if (runCode >= 0) {
                context.fillStyle = looks[runCode];
                context.fillRect(GUTTER + runStart * grid.cellWidth, y, (cell - runStart) * grid.cellWidth,
                    grid.rowHeight - gap);
            }
            runStart = cell;
            runCode = code;
        }
    }
    context.fillStyle = view.pinColour;
    for (let index = 0; index < marks.length; index += 2) {
        context.fillRect(marks[index], marks[index + 1], Math.min(2, grid.cellWidth / 2), grid.rowHeight - gap);
    }
    drawLines(context, grid, view, firstRow, lastRow);
    context.restore();
}

/** What most pages of a cell are; `counts.hasPins` says whether any is pinned. */
function cellCode(pages, first, count, counts) {
    counts.hasPins = false;
    if (count === 1) return pages[first];
    const end = Math.min(first + count, pages.length);
    let best = pages[first];
    for (let page = first; page < end; page += 1) {
        const code = pages[page];
        counts[code] += 1;
        if (counts[code] > counts[best]) best = code;
    }
    counts.hasPins = counts[PINNED] > 0;
    for (let page = first; page < end; page += 1) counts[pages[page]] = 0;
    return best;
}

/** Page frame numbers, edges of pageblocks, and the cursor. */
function drawLines(context, grid, view, firstRow, lastRow) {
    context.fillStyle = view.paper;
    context.fillRect(view.left, view.top, GUTTER - 6, view.height);
    context.fillStyle = view.quiet;
    context.font = '10px ui-monospace, "DejaVu Sans Mono", monospace';
    context.textBaseline = 'middle';
    const every = Math.max(1, Math.ceil(14 / grid.rowHeight));
    for (let row = Math.ceil(firstRow / every) * every; row <= lastRow; row += every) {
        context.fillText(pfnOf(view.area, row * grid.rowPages), view.left + 4,
            Math.max(row * grid.rowHeight + grid.rowHeight / 2, view.top + 6));
    }
    context.strokeStyle = view.quiet;
    context.globalAlpha = 0.5;
    context.lineWidth = 1;
    const blockWidth = (grid.block / grid.pagesPerCell) * grid.cellWidth;
    if (grid.blocksPerRow > 1 && blockWidth >= 12) {
        context.beginPath();
        for (let block = 1; block < grid.blocksPerRow; block += 1) {
            const x = Math.round(GUTTER + block * blockWidth) - 0.5;
            if (x - view.left < GUTTER) continue;
            context.moveTo(x, view.top);
            context.lineTo(x, Math.min(view.top + view.height, grid.height));
        }
        context.stroke();
    }
    context.globalAlpha = 1;
    if (view.cursor >= 0) {
        const { x, y } = placeOf(grid, view.cursor);
        context.strokeStyle = view.ink;
        context.lineWidth = 2;
        context.strokeRect(x - 1, y - 1, grid.cellWidth + 2, grid.rowHeight + 2);
    }
}
