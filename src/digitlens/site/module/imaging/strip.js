/** Strips of text lines: a line cut out of a page along its middle, straightened, its glyphs of one height. */

import { gaussianBlur } from "./filters.js";
import { mean, rint } from "./pixels.js";

/** @typedef {import("./contrast.js").Contrast} Contrast */
/** @typedef {import("./pixels.js").Box} Box */

export const STRIP_HEIGHT = 56; // pixels of a strip, from top to bottom
const STRIP_GLYPH = 32; // pixels of a usual glyph in it
const TALL = 0.6; // heights of a usual glyph from which one tells where the middle of its line is
const STIFF = 1.5; // heights of a glyph over which the middle of a line is averaged

/**
 * Cut a line out of a page.
 * @param {Contrast} contrast the page
 * @param {Box[]} boxes of glyphs on the line, from left to right, in its pixels, one at least
 * @param {number} height of a usual glyph on the line, pixels
 * @param {number} beyond heights of a glyph that the strip goes on beyond the outer boxes
 * @returns {Contrast} `STRIP_HEIGHT` pixels high
 */
export function textStrip(contrast, boxes, height, beyond) {
  const left = Math.min(...boxes.map(box => box[0])) - beyond * height;
  const right = Math.max(...boxes.map(box => box[0] + box[2])) + beyond * height;
  const scale = STRIP_GLYPH / height, width = Math.max(8, rint((right - left) * scale));
  const columns = Array.from({ length: width }, (_, i) => left + (i + 0.5) / scale);
  const middle = middleOf(boxes, height, columns), data = new Float32Array(STRIP_HEIGHT * width);
  const seen = scale > 0.5 ? contrast : gaussianBlur(contrast, 0.5 / scale);
  for (let v = 0, i = 0; v < STRIP_HEIGHT; v++) {
    const away = (v + 0.5 - STRIP_HEIGHT / 2) / scale - 0.5;
    for (let u = 0; u < width; u++, i++) data[i] = between(seen, columns[u] - 0.5, middle[u] + away);
  }
  return { data, width, height: STRIP_HEIGHT };
}

/** The height of a line's middle at each of the columns: a straight line, and how glyphs stray from it.
 * @param {Box[]} boxes @param {number} height @param {number[]} columns */
function middleOf(boxes, height, columns) {
  const high = boxes.filter(box => box[3] >= TALL * height), tall = high.length ? high : boxes;
  const x = tall.map(([left, , w]) => left + w / 2), y = tall.map(([, top, , h]) => top + h / 2);
  const across = mean(x), down = mean(y), off = x.map(at => at - across);
  const squares = off.reduce((sum, one) => sum + one * one, 0);
  const rises = Math.max(...x) - Math.min(...x) > 2 * height;
  const slope = rises ? off.reduce((sum, one, i) => sum + one * (y[i] - down), 0) / squares : 0;
  const away = y.map((at, i) => at - slope * off[i] - down);
  const first = columns[0], step = height / 2;
  const stray = Array.from({ length: Math.ceil((columns[columns.length - 1] + height - first) / step) }, (_, k) => {
    const weights = x.map(at => Math.exp(-(((first + k * step - at) / (STIFF * height)) ** 2)) + 1e-9);
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.reduce((total, weight, i) => total + weight * away[i], 0) / sum;
  });
  return columns.map(column => {
    const place = Math.min((column - first) / step, stray.length - 1), knot = Math.floor(place);
    const rest = knot < place ? (stray[knot + 1] - stray[knot]) * (place - knot) : 0;
    return down + slope * (column - across) + stray[knot] + rest;
  });
}

/** A value between four of a page by straight lines; 0 beyond its edges. @param {Contrast} contrast @param {number} x @param {number} y */
function between({ data, width, height }, x, y) {
  const left = Math.floor(x), top = Math.floor(y), dx = x - left, dy = y - top;
  const at = (/** @type {number} */ u, /** @type {number} */ v) =>
    u < 0 || v < 0 || u >= width || v >= height ? 0 : data[v * width + u];
  const upper = at(left, top) * (1 - dx) + at(left + 1, top) * dx;
  return upper * (1 - dy) + (at(left, top + 1) * (1 - dx) + at(left + 1, top + 1) * dx) * dy;
}
