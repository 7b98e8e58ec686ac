/** What is paper in a picture, at a coarse glance: its colour against the ink's, its light, and the polarity. */

import { alongAxis } from "./colour.js";
import { windowSums } from "./filters.js";
import { close, open } from "./morphology.js";
import { twoClasses } from "./otsu.js";
import { blank, largest, mapped, median, rint } from "./pixels.js";
import { shrinkTo } from "./resize.js";
import { least } from "./solving.js";

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./pixels.js").Gray} Gray */

export const COARSE_SIDE = 64; // pixels of the longer side of a glance
const WIDEST_STROKE = 0.4; // of the longer side: anything wider is paper, a page or a shadow
const WIDEST_IN_SHADOW = 0.15; // where the light is uneven
const TWO_LEVELS = 0.8; // of the variance, from which two levels are ink and paper
const ONLY_TWO_LEVELS = 0.97; // from which nothing lies between them
const EVEN_LIGHT = 0.25; // of ink's contrast, by which paper differs less in even light

/**
 * @typedef {object} Glance A coarse grey picture, and what it would be without its dark, and its light, strokes.
 * @property {Gray} grey
 * @property {Gray} lightest
 * @property {Gray} darkest
 * @property {number} scale pixels of the picture for one of these, 1 or more
 * @property {Float32Array | null} axis the weights of red, green and blue in grey, and an offset
 *
 * @typedef {object} Light How the paper lies in the light, and which side of it the ink is on.
 * @property {boolean} inkIsDark
 * @property {number | null} level of the paper where the light is even
 * @property {Float64Array | null} surface by how much the light changes
 */

/**
 * Scale a picture down until its longer side is `side`; and the factor, 1 or more.
 * @template {Pixels} P
 * @param {P} picture
 * @param {number} side
 * @returns {[P, number]}
 */
export function shrink(picture, side) {
  const scale = Math.max(picture.width, picture.height) / side;
  if (scale <= 1) return [picture, 1];
  const width = Math.max(1, rint(picture.width / scale)), height = Math.max(1, rint(picture.height / scale));
  return [shrinkTo(picture, width, height), scale];
}

/** Take the coarse view of a picture. @param {Pixels} picture @returns {Glance} */
export function glance(picture) {
  const [small, scale] = shrink(picture, COARSE_SIDE);
  const axis = small.channels === 1 ? null : contrastAxis(small);
  const grey = alongAxis(small, axis), side = windowSide(grey, WIDEST_STROKE);
  return { grey, lightest: withoutStrokes(grey, true, side), darkest: withoutStrokes(grey, false, side), scale, axis };
}

/** How far apart the lightest and the darkest are: 0 on bare paper. @param {Glance} view @returns {Gray} */
export const activity = ({ lightest, darkest }) => mapped(lightest, (level, i) => level - darkest.data[i]);

/**
 * Find polarity and light: paper holds the border, and ink encloses paper.
 * @param {Glance} view
 * @param {boolean | null} inkIsDark where it is known already
 * @returns {Light}
 */
export function judgeLight(view, inkIsDark = null) {
  const [share, light] = twoClasses(view.grey);
  let surface = null;
  if (inkIsDark === null) {
    surface = share < TWO_LEVELS ? surfaceOf(view.grey) : null;
    inkIsDark = isInkDark(view, surface ? twoClasses(less(view.grey, surface))[1] : light);
  }
  const paper = (inkIsDark ? view.lightest : view.darkest).data.slice().sort();
  const [lower, middle, upper] = [20, 50, 80].map(percent => paper[Math.floor((paper.length * percent) / 100)]);
  if (share >= ONLY_TWO_LEVELS || upper - lower <= EVEN_LIGHT * largest(activity(view).data)) {
    return { inkIsDark, level: middle, surface: null };
  }
  return { inkIsDark, level: null, surface: surface ?? surfaceOf(view.grey) };
}

/**
 * What a coarse grey picture would be with its ink taken away.
 * @param {Light} light
 * @param {Gray} grey
 * @returns {Gray}
 */
export function paperUnder({ inkIsDark, level, surface }, grey) {
  if (!surface) return withoutStrokes(grey, inkIsDark, windowSide(grey, WIDEST_STROKE), level);
  const evened = withoutStrokes(less(grey, surface), inkIsDark, windowSide(grey, WIDEST_IN_SHADOW));
  return mapped(evened, (value, i) => value + surface[i]);
}

/** @param {Gray} grey @param {Float64Array} surface */
const less = (grey, surface) => mapped(grey, (level, i) => level - surface[i]);

/** @param {Glance} view @param {Uint8Array} light where the lighter of two classes is */
function isInkDark({ grey, lightest, darkest }, light) {
  const { width, height } = grey, dark = mapped(lightest, (level, i) => level - grey.data[i]);
  const bright = mapped(grey, (level, i) => level - darkest.data[i]);
  let border = 0;
  for (let i = 0; i < light.length; i++) {
    const x = i % width, y = (i - x) / width;
    if (light[i] && (!x || !y || x === width - 1 || y === height - 1)) border++;
  }
  // a picture of one row or column has it twice, as an array's first and last row
  const around = height === 1 ? 2 * width : width === 1 ? height + Math.max(0, height - 2) : 2 * (width + height) - 4;
  if (height === 1) border *= 2;
  else if (width === 1) border += light.subarray(1, height - 1).reduce((sum, one) => sum + one, 0);
  const enough = Math.max(1, Math.floor(Math.max(largest(dark.data), largest(bright.data)) / 2));
  const darkSpread = spread(dark, enough), brightSpread = spread(bright, enough);
  const enclosing = (darkSpread - brightSpread) / (darkSpread + brightSpread + 1e-6);
  return 2 * (border / around) - 1 + 2 * enclosing >= 0;
}

/** The root mean square distance of pixels of a level from their centre. @param {Gray} picture @param {number} least */
function spread({ data, width }, least) {
  let count = 0, x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] < least) continue;
    const x = i % width, y = (i - x) / width;
    count++;
    x1 += x;
    x2 += x * x;
    y1 += y;
    y2 += y * y;
  }
  return count ? Math.sqrt((x2 + y2) / count - (x1 * x1 + y1 * y1) / (count * count)) : 0;
}

/**
 * Close (or open) a picture by a window wider than the strokes; beyond its edges a level goes on, or what is there.
 * @param {Gray} grey
 * @param {boolean} dark whether dark strokes go
 * @param {number} side of the window, odd
 * @param {number | null} beyond
 */
function withoutStrokes(grey, dark, side, beyond = null) {
  const { width, height } = grey, pad = side >> 1, wide = blank(width + 2 * pad, height + 2 * pad);
  if (beyond !== null) wide.data.fill(beyond);
  for (let y = 0; y < wide.height; y++) {
    const inside = y >= pad && y < height + pad;
    if (beyond !== null && !inside) continue;
    const from = Math.min(Math.max(y - pad, 0), height - 1) * width, to = y * wide.width;
    wide.data.set(grey.data.subarray(from, from + width), to + pad);
    if (beyond !== null) continue;
    wide.data.fill(grey.data[from], to, to + pad);
    wide.data.fill(grey.data[from + width - 1], to + pad + width, to + wide.width);
  }
  const changed = (dark ? close : open)(wide, side), made = blank(width, height);
  for (let y = 0; y < height; y++) {
    const from = (y + pad) * wide.width + pad;
    made.data.set(changed.data.subarray(from, from + width), y * width);
  }
  return made;
}

/** The colour along which ink and paper differ most: each pixel against its surroundings. @param {Pixels} small */
function contrastAxis({ data, width, height }) {
  const side = windowSide({ width, height }, WIDEST_STROKE), count = width * height;
  const differences = [0, 1, 2].map(channel => {
    const levels = new Float64Array(count);
    for (let i = 0, at = channel; i < count; i++, at += 3) levels[i] = data[at];
    const sums = windowSums(levels, width, height, side, false);
    for (let i = 0; i < count; i++) levels[i] -= sums[i] / (side * side);
    return levels;
  });
  return principalAxis(differences);
}

/**
 * The weights of red, green and blue along which pixels differ most from their surroundings, and the offset that keeps
 * results within 0 to 255; by the power method.
 * @param {Float64Array[]} differences of each channel
 */
function principalAxis(differences) {
  const product = differences.map(one => differences.map(other => 1 + inner(one, other)));
  let matrix = product;
  for (let i = 0; i < 40; i++) { // squared, so that the largest of its eigenvalues leaves the others behind
    const most = Math.max(...matrix.flat().map(Math.abs)), even = matrix.map(row => row.map(value => value / most));
    matrix = even.map(row => even[0].map((_, j) => row.reduce((sum, value, k) => sum + value * even[k][j], 0)));
  }
  const column = [0, 1, 2].reduce((best, j) => (matrix[j][j] > matrix[best][best] ? j : best), 0);
  let axis = matrix.map(row => row[column]);
  const sum = axis.reduce((a, b) => a + b, 0), size = axis.reduce((a, b) => a + Math.abs(b), 0);
  axis = axis.map(value => (value * (sum < 0 ? -1 : 1)) / size);
  const below = axis.reduce((total, value) => total + Math.min(0, value), 0);
  return Float32Array.from([...axis, -255 * below]);
}

/** The inner product. @param {Float64Array} one @param {Float64Array} other */
function inner(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}

/** @param {{ width: number, height: number }} size @param {number} widest */
const windowSide = ({ width, height }, widest) => Math.max(3, Math.trunc(widest * Math.max(width, height)) | 1);

/**
 * The change of light: a quadratic surface fitted to the least absolute difference, its middle 0.
 * @param {Gray} grey
 */
function surfaceOf({ data, width, height }) {
  const longer = Math.max(width, height), terms = new Float64Array(6 * data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 6) {
      const v = y / longer - 0.5, u = x / longer - 0.5;
      terms.set([1, v, u, v * v, v * u, u * u], i);
    }
  }
  const weights = new Float64Array(data.length).fill(1), surface = new Float64Array(data.length);
  for (let round = 0; round < 4; round++) { // iteratively reweighted least squares
    const [a, b, c, d, e, f] = least(terms, 6, data, weights);
    for (let i = 0, k = 0; i < surface.length; i++, k += 6) {
      surface[i] = a + b * terms[k + 1] + c * terms[k + 2] + d * terms[k + 3] + e * terms[k + 4] + f * terms[k + 5];
      weights[i] = 1 / (Math.abs(data[i] - surface[i]) + 2);
    }
  }
  const middle = median(surface);
  return surface.map(value => value - middle);
}
