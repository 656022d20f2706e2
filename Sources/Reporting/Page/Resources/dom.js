// Elements of the page. Whatever comes from a result goes in as text, never as markup.

/** Attributes that are null or false are left out; strings and numbers among the children become text. */
function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === 'function') node.addEventListener(name, value);
        else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
    }
    for (const child of children.flat()) {
        if (child !== null && child !== undefined) node.append(child);
    }
    return node;
}

function element(name, attributes = {}, ...children) {
    return fill(document.createElement(name), attributes, children);
}

function svgElement(name, attributes = {}, ...children) {
    return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

/** The part of the page with that id, emptied but for its heading. */
function emptied(id) {
    const part = document.getElementById(id);
    part.replaceChildren(...part.querySelectorAll(':scope > h2'));
    return part;
}

/**
 * A table that scrolls sideways by itself where it is too wide.
 * @param columns titles; one that begins with `#` is of numbers.
 * @param rows lists of texts or elements; `row.attributes` are those of the `<tr>`.
 */
function table(columns, rows) {
    const isNumber = columns.map((title) => title.startsWith('#'));
    const head = columns.map((title, index) =>
        element('th', { scope: 'col', class: isNumber[index] ? 'number' : null }, title.replace(/^#/, '')));
    const body = rows.map((row) => element('tr', row.attributes || {}, row.map((cell, index) =>
        element('td', { class: isNumber[index] ? 'number' : null }, cell))));
    const scrolled = element('div', { class: 'scrolled', role: 'region', 'aria-label': 'Table' },
        element('table', {}, element('thead', {}, element('tr', {}, head)), element('tbody', {}, body)));
    const hint = element('p', { class: 'hint', hidden: '' }, 'Scroll the table sideways for more columns \u2192');
    // A table that overflows says so, and can be scrolled with the keyboard.
    const note = () => {
        const overflows = scrolled.scrollWidth > scrolled.clientWidth + 1;
        hint.hidden = !overflows;
        scrolled.classList.toggle('overflowing', overflows);
        if (overflows) scrolled.setAttribute('tabindex', 0);
        else scrolled.removeAttribute('tabindex');
    };
    new ResizeObserver(() => requestAnimationFrame(note)).observe(scrolled);
    return element('div', { class: 'table' }, hint, scrolled);
}

const TABLE_LIMIT = 400;

/** A table below a picture, made when it is opened. */
function tableBeneath(columns, rows, title = 'As a table') {
    const details = element('details', {}, element('summary', {}, title));
    details.addEventListener('toggle', () => {
        if (!details.open || details.childElementCount > 1) return;
        const all = rows();
        details.append(table(columns, all.slice(0, TABLE_LIMIT)));
        if (all.length > TABLE_LIMIT) {
            details.append(element('p', { class: 'quiet' },
                `The first ${TABLE_LIMIT} of ${grouped(all.length)} rows; the others are in the result file.`));
        }
    });
    return details;
}

/** One line instead of a part that has no data. */
function without(text, command) {
    return element('p', { class: 'without' }, text, command ? ' ' : null, command ? element('code', {}, command) : null);
}
