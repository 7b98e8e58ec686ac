/** From a picture to the ink of its glyph, whatever the pen, the paper and the light. */

import { alongAxis } from "./colour.js";
import { medianOfNine, smooth } from "./filters.js";
import { dilate, erode } from "./morphology.js";
import { activity, COARSE_SIDE, glance, judgeLight, paperUnder, shrink } from "./paper.js";
import { boxParts, glyphParts } from "./parts.js";
import { blank, boundingBox, crop, largest, mapped, rint } from "./pixels.js";
import { resize } from "./resize.js";

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./pixels.js").Gray} Gray */
/** @typedef {import("./pixels.js").Box} Box */
/** @typedef {import("./paper.js").Glance} Glance */

const WORK_SIDE = 256; // pixels of the longer side at which ink is looked for
const SMOOTHED_FROM = 100; // longer sides from which noise is smoothed away
const FAINTEST = 16; // grey levels by which ink must differ from paper
const NOISIEST = 0.3; // of ink's contrast: pixels that differ more from their neighbours are noise
const SHARPEST = 0.6; // of ink's contrast: its edges are steeper than this at a coarse glance

/**
 * @typedef {object} Ink The ink found in a picture, or in the part of it that was looked at closely.
 * @property {Gray} soft 0 paper to 255 full ink
 * @property {Gray} mask 255 where there is ink of the glyph; all 0 on blank paper
 * @property {number} left where the part begins in the picture
 * @property {number} top
 * @property {number} scale pixels of the picture for one of these
 */

/** Find the ink of the glyph in a picture. @param {Pixels} picture @returns {Ink} */
export function findInk(picture) {
  const { left, top, region, view } = whereToLook(picture);
  const [small, scale] = shrink(region, WORK_SIDE);
  const soft = againstPaper(alongAxis(small, view.axis), view);
  const even = Math.max(soft.width, soft.height) >= SMOOTHED_FROM ? smooth(soft) : soft;
  const { faint, clear, typical } = inkLevels(even);
  if (isBlank(view.grey, soft, typical)) return { soft, mask: blank(soft.width, soft.height), left, top, scale };
  const mask = glyphParts(even, faint, clear);
  return { soft: normalised(soft, mask), mask, left, top, scale };
}

/**
 * Find the ink within a bounding box of a picture, of a polarity that is known.
 * @param {Pixels} picture the box and the paper around it
 * @param {Box} box in its pixels
 * @param {boolean} inkIsDark
 * @returns {Ink}
 */
export function findInkIn(picture, box, inkIsDark) {
  const [small, scale] = shrink(picture, WORK_SIDE), view = glance(small);
  const soft = againstPaper(alongAxis(small, view.axis), view, inkIsDark);
  const { faint, clear } = inkLevels(soft);
  const mask = boxParts(soft, faint, clear, /** @type {Box} */ (box.map(side => side / scale)));
  return { soft: normalised(soft, mask), mask, left: 0, top: 0, scale };
}

/** A box of an ink's pixels in pixels of the picture. @param {Ink} ink @param {Box} box @returns {Box} */
export function inPicture({ left, top, scale }, [x, y, w, h]) {
  const [l, t, r, b] = [x, y, x + w, y + h].map(edge => rint(edge * scale));
  return [left + l, top + t, r - l, b - t];
}

/**
 * The part of a picture that has all the ink and enough paper around it: looked at more closely, again and again,
 * until the ink fills a good part of the view.
 * @param {Pixels} picture
 */
function whereToLook(picture) {
  let left = 0, top = 0, region = picture;
  for (;;) {
    const view = glance(region), active = activity(view), least = Math.floor(largest(active.data) / 4);
    const [x, y, w, h] = boundingBox(active, level => level > least);
    const margin = 1 + Math.floor(Math.max(w, h) / 2);
    const box = [x - margin, y - margin, x + w + margin, y + h + margin].map(edge => Math.max(0, edge));
    if (!w || view.scale === 1 || Math.max(box[2] - box[0], box[3] - box[1]) > 0.7 * COARSE_SIDE) {
      return { left, top, region, view };
    }
    const [x0, y0, x1, y1] = box.map(edge => Math.trunc(edge * view.scale));
    region = crop(region, x0, y0, x1 + 1, y1 + 1);
    left += x0;
    top += y0;
  }
}

/**
 * How far each pixel is from paper on ink's side, in grey levels. Dark ink takes a share of the light that falls on it.
 * @param {Gray} grey
 * @param {Glance} view
 * @param {boolean | null} inkIsDark
 * @returns {Gray}
 */
function againstPaper(grey, view, inkIsDark = null) {
  const light = judgeLight(view, inkIsDark);
  let paper = paperUnder(light, view.grey);
  if (paper.width !== grey.width || paper.height !== grey.height) {
    paper = resize(smooth(paper), grey.width, grey.height, "linear");
  }
  if (!light.inkIsDark) return mapped(grey, (level, i) => level - paper.data[i]);
  const most = largest(paper.data);
  return mapped(grey, (level, i) => {
    const ink = paper.data[i] - level;
    return ink > 0 ? Math.fround(Math.fround(ink * most) / paper.data[i]) : 0;
  });
}

/** From which level a pixel is ink if it hangs on clear ink, from which it is clear, and ink's usual level. @param {Gray} ink */
function inkLevels(ink) {
  const counts = histogram(ink);
  let typical = counts.findLastIndex(count => count > 0);
  for (let round = 0; round < 2; round++) typical = level(counts.map((count, i) => (i >= typical / 2 ? count : 0)), 0.5);
  const clear = Math.max(1, Math.floor(typical / 2)), paper = counts.slice(0, clear);
  const middle = level(paper, 0.5), upper = level(paper, 0.75), noise = middle + 4 * (upper - middle);
  return { faint: Math.min(clear, Math.max(Math.floor(typical / 12), noise, 1)), clear, typical };
}

/** Whether what seems ink is too faint, no more than noise, or a change of light without an edge.
 * @param {Gray} coarse @param {Gray} ink @param {number} typical */
function isBlank(coarse, ink, typical) {
  if (typical < FAINTEST) return true;
  const even = medianOfNine(ink).data;
  const noise = ink.data.reduce((sum, one, i) => sum + Math.abs(one - even[i]), 0) / even.length;
  if (noise > NOISIEST * typical) return true;
  const high = dilate(coarse, 3), low = erode(coarse, 3);
  return largest(mapped(high, (one, i) => one - low.data[i]).data) < SHARPEST * typical;
}

/** Ink so bright that nearly all of the glyph's is white. @param {Gray} soft @param {Gray} mask */
function normalised(soft, mask) {
  const counts = histogram(soft, mask), any = counts.some(count => count > 0);
  const factor = Math.fround(255 / (any ? Math.max(1, level(counts, 0.95)) : 1));
  return mapped(soft, one => Math.fround(one * factor));
}

/** How often each of the 256 levels occurs. @param {Gray} image @param {Gray} [mask] */
function histogram({ data }, mask) {
  const counts = new Float64Array(256);
  for (let i = 0; i < data.length; i++) if (!mask || mask.data[i]) counts[data[i]]++;
  return counts;
}

/** The level up to which a share of a histogram lies. @param {Float64Array} counts @param {number} share */
function level(counts, share) {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) if ((sum += counts[i]) >= wanted) return i;
  return counts.length;
}
