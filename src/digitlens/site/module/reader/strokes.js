/** Strokes that hang together as candidates: what the page network, which was taught digits, may find in parts alone. */

import { around, intersection, smallerOverlap } from "../imaging/boxes.js";
import { components } from "../imaging/components.js";
import { darkInkVotes } from "../imaging/crops.js";
import { otsu } from "../imaging/otsu.js";
import { argsort, median } from "../imaging/pixels.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("./detect.js").Found} Found */

export const WITHIN = 0.7; // of a box's area within a component's box, from which it is of a part of it
const LIKE = 0.5; // intersection over union from which a component and a detection are of one glyph
const SMALL = 0.5, LARGE = 2; // heights of a usual component between which one may be a glyph by itself
const TINY = 0.1; // ... below which it is dirt, and no dot either
const NEAR = 1.5; // usual heights from a component that was found within which another may be of the same writing
const OVER = 0.6; // of the larger's height: the gap to a dot that stands over it
const ON = 0.3; // of the smaller box within the other, from which two are one glyph

/** @param {Box} box */
const area = ([, , w, h]) => w * h;

/** @param {Box} box @param {number} by @returns {Box} */
const scaled = ([x, y, w, h], by) => [x * by, y * by, w * by, h * by];

/**
 * Add the components of ink that may be glyphs to what was found on a page; a detection that is of the same glyph as
 * one gets its box.
 * @param {Found} found
 * @returns {{ found: Found, whole: boolean[] }} and which of the detections are whole components
 */
export function withStrokes(found) {
  const { detections } = found, boxes = [...detections.boxes], heat = [...detections.heat], scores = [...detections.scores];
  const whole = boxes.map(() => false);
  if (!boxes.length) return { found, whole };
  const parts = glyphLike(inkOf(found).map(box => scaled(box, 1 / found.scale)), detections.boxes);
  for (const part of parts) {
    const shared = detections.boxes.map(box => intersection(part, box));
    const alike = detections.boxes.map((box, i) => shared[i] / Math.max(area(part) + area(box) - shared[i], 1e-6));
    const row = alike.indexOf(Math.max(...alike));
    if (alike[row] >= LIKE) {
      boxes[row] = part;
      whole[row] = true;
      continue;
    }
    const inside = detections.heat.filter((_, i) => shared[i] >= WITHIN * area(detections.boxes[i]));
    const hottest = detections.heat[0].map((_, k) => Math.max(0, ...inside.map(one => one[k])));
    boxes.push(part);
    heat.push(hottest);
    scores.push(Math.max(...hottest));
    whole.push(true);
  }
  return { found: { ...found, detections: { boxes, heat, scores } }, whole };
}

/** Boxes of the connected components of ink, in pixels as the network saw the page. @param {Found} found @returns {Box[]} */
function inkOf({ detections: { boxes, scores }, contrast, scale }) {
  const votes = darkInkVotes(contrast, boxes.map(box => scaled(box, scale)));
  const sign = votes.reduce((sum, vote, i) => sum + vote * scores[i], 0) >= 0 ? -1 : 1;
  const data = Uint8ClampedArray.from(contrast.data, value => Math.trunc(Math.min(255, Math.max(0, sign * value * 63.75))));
  return components({ ...contrast, data, channels: 1 }, otsu(data) + 1).boxes.slice(1);
}

/** Of components, those that may be glyphs, with what stands over or on each as one. @param {Box[]} parts @param {Box[]} detections */
function glyphLike(parts, detections) {
  const touched = parts.map(part => detections.some(box => intersection(part, box) > 0));
  const heights = parts.flatMap((part, i) => (touched[i] ? [part[3]] : []));
  if (!heights.length) return [];
  const middle = median(heights), usual = median(heights.filter(height => height >= SMALL * middle));
  const middles = parts.map(([x, y, w, h]) => [x + w / 2, y + h / 2]), found = middles.filter((_, i) => touched[i]);
  const near = parts.filter(([, , w, h], i) => {
    const longer = Math.max(w, h), [x, y] = middles[i];
    if (longer > LARGE * usual || longer < TINY * usual) return false;
    return touched[i] || found.some(([u, v]) => Math.max(Math.abs(u - x), Math.abs(v - y)) <= NEAR * usual);
  });
  return joined(near).filter(([, , w, h]) => Math.max(w, h) >= SMALL * usual);
}

/** Boxes of which those that lie on each other, or over each other as a dot does, are one. @param {Box[]} parts */
function joined(parts) {
  const boxes = argsort(Float64Array.from(parts, part => -area(part))).map(i => parts[i]);
  const one = (/** @type {Box} */ a, /** @type {Box} */ b) => smallerOverlap(a, b) >= ON || over(a, b) || over(b, a);
  for (let first = 0; first < boxes.length; first++) {
    const second = boxes.findIndex((box, i) => i > first && one(boxes[first], box));
    if (second < 0) continue;
    boxes[first] = around([boxes[first], boxes[second]]);
    boxes.splice(second, 1);
    first = -1;
  }
  return boxes;
}

/** Whether the second is a dot of the first: small, and close over it. @param {Box} box @param {Box} dot */
function over([x, y, w, h], [u, v, wide, high]) {
  const across = Math.min(x + w, u + wide) - Math.max(x, u), gap = y - (v + high);
  return high <= 0.5 * h && across >= 0.5 * wide && gap >= 0 && gap <= OVER * h;
}
