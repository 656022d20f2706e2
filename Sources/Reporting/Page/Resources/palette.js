// The looks of pages: a colour and a pattern for each owner, of which either alone is enough to tell owners apart.

/** Codes of pages as a history has them. */
const FREE = 0, MOVABLE = 1, PINNED = 2, STOCKED = 3, FIRST_DEVICE = 4;

const TILE = 8;
const OWNER_COLOURS = 7;

/** Marks of a tile of 8 x 8 as an SVG path, stroked with a line of 1.3. */
const MARKS = {
    none: '',
    hatch: 'M-2,10 L10,-2 M-6,6 L6,-6 M2,14 L14,2 M-2,6 L6,-2 M2,10 L10,2',
    backslash: 'M-2,-2 L10,10 M-6,-2 L6,10 M2,-2 L14,10',
    outline: 'M0,0 H8 M0,0 V8',
    dots: 'M1.4,2 h1.3 M5.4,6 h1.3',
    horizontal: 'M0,2 H8 M0,6 H8',
    vertical: 'M2,0 V8 M6,0 V8',
    cross: 'M0,0 L8,8 M8,0 L0,8',
    dashes: 'M0,2 H4 M4,6 H8',
    corners: 'M1,5 V1 H5',
};
const DEVICE_MARKS = ['none', 'dots', 'horizontal', 'cross', 'vertical', 'dashes', 'corners'];

/** Line patterns of curves; the first is whole. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2 1 2 1 2', '1 4'];

/** The look of pages of that code: names of CSS colours, and of marks. */
function lookOf(code) {
    switch (code) {
    case FREE: return { fill: '--free', marks: 'none', stroke: '--free' };
    case MOVABLE: return { fill: '--movable', marks: 'outline', stroke: '--movable-mark' };
    case PINNED: return { fill: '--pinned', marks: 'hatch', stroke: '--pinned-mark' };
    case STOCKED: return { fill: '--stocked', marks: 'backslash', stroke: '--mark' };
    default: {
        const device = code - FIRST_DEVICE;
        const round = Math.floor(device / OWNER_COLOURS);
        return {
            fill: `--owner-${device % OWNER_COLOURS}`,
            marks: DEVICE_MARKS[(device + round) % DEVICE_MARKS.length], stroke: '--mark',
        };
    }
    }
}

/** What pages of that code are called. */
function ownerName(code, devices) {
    const names = ['free', 'in use, movable', 'pinned', 'held by no device'];
    return names[code] || devices[code - FIRST_DEVICE] || `device ${code - FIRST_DEVICE + 1}`;
}

/** A colour of the style sheet as it is now, light or dark. */
function colour(name) {
    const probe = element('span', { style: `color: var(${name}); display: none` });
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
}

/** The looks of all codes as fills of a canvas; they are made again when the theme changes. */
function canvasLooks(context, codes) {
    return Array.from({ length: codes }, (_, code) => {
        const look = lookOf(code);
        const fill = colour(look.fill);
        if (look.marks === 'none') return fill;
        const tile = element('canvas', { width: TILE, height: TILE });
        const draw = tile.getContext('2d');
        draw.fillStyle = fill;
        draw.fillRect(0, 0, TILE, TILE);
        draw.strokeStyle = colour(look.stroke);
        draw.lineWidth = look.marks === 'outline' ? 0.8 : 1.3;
        draw.stroke(new Path2D(MARKS[look.marks]));
        return context.createPattern(tile, 'repeat');
    });
}

let patternNumber = 0;

/** The look of a code as a fill of a picture; the pattern is put into the picture. */
function svgLook(svg, code) {
    const look = lookOf(code);
    if (look.marks === 'none') return `var(${look.fill})`;
    patternNumber += 1;
    const id = `pattern-${patternNumber}`;
    svg.append(svgElement('pattern', { id, width: TILE, height: TILE, patternUnits: 'userSpaceOnUse' },
        svgElement('rect', { width: TILE, height: TILE, style: `fill: var(${look.fill})` }),
        svgElement('path', {
            d: MARKS[look.marks], style: `stroke: var(${look.stroke}); stroke-width: 1.3; fill: none`,
        })));
    return `url(#${id})`;
}

/** A sample of a look for a legend. */
function swatch(code) {
    const svg = svgElement('svg', { class: 'swatch', viewBox: '0 0 22 12', 'aria-hidden': 'true' });
    svg.append(svgElement('rect', { width: 22, height: 12, style: `fill: ${svgLook(svg, code)}` }));
    return svg;
}

/** The stroke of the n-th curve of a plot; grey for null. */
function curveStyle(index) {
    if (index === null) return 'fill: none; stroke: var(--quiet); stroke-opacity: .45; stroke-width: 1.2';
    const dash = DASHES[(index + Math.floor(index / OWNER_COLOURS)) % DASHES.length];
    const stroke = `var(--owner-${index % OWNER_COLOURS})`;
    return `fill: none; stroke: ${stroke}; stroke-width: 1.8; stroke-dasharray: ${dash || 'none'}`;
}
