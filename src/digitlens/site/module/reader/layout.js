/** Layout of a page: which glyphs stand on a line, in reading order, whatever its slope and its swing. */

import { argsort, median } from "../imaging/pixels.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */

const STEEPEST = 25; // degrees by which lines may rise or fall
const LEVEL_BONUS = 0.002; // how much a degree costs
const MEMORY = 3; // glyphs by which a line knows its height
const FEWEST = 4; // glyphs from which a slope can be told
const SMALL = 0.5; // heights of a glyph: what is lower is a mark and joins a line after all glyphs have

/**
 * @typedef {object} Layout The text lines of a page.
 * @property {number[][]} lines rows of the boxes on each, from left to right; the lines from top to bottom
 * @property {number} height of a usual glyph, pixels
 * @property {number} slope degrees, above 0 where lines fall to the right
 */

/**
 * Group bounding boxes into text lines.
 * @param {Box[]} boxes
 * @param {number} lineReach heights of a usual glyph by which the middle of the next may stand higher or lower ...
 * @param {number} markReach ... and that of a low mark
 * @returns {Layout}
 */
export function findTextLines(boxes, lineReach, markReach) {
  if (!boxes.length) return { lines: [], height: 0, slope: 0 };
  const { height, large } = usualOf(boxes), slope = findSlope(boxes);
  const across = boxes.map(([x, , w]) => x + w / 2), down = boxes.map(([, y, , h]) => y + h / 2);
  const level = down.map((y, i) => y - Math.tan((slope * Math.PI) / 180) * across[i]);
  /** @type {number[][]} */
  const lines = [];
  const order = argsort(across);
  for (const i of [...order.filter(one => large[one]), ...order.filter(one => !large[one])]) {
    let nearest = null, least = Infinity;
    for (const line of lines) {
      const away = awayFrom(across, level, line, i);
      if (away < least) [nearest, least] = [line, away];
    }
    if (nearest && least < (large[i] ? lineReach : markReach) * height) nearest.push(i);
    else lines.push([i]);
  }
  const middle = (/** @type {number[]} */ line) => line.reduce((sum, i) => sum + level[i], 0) / line.length;
  lines.sort((a, b) => middle(a) - middle(b));
  return { lines: lines.map(line => line.sort((a, b) => across[a] - across[b])), height, slope };
}

/** Find the slope of text lines, degrees, above 0 where they fall to the right. @param {Box[]} boxes */
export function findSlope(boxes) {
  if (!boxes.length) return 0;
  const { height, large } = usualOf(boxes), able = boxes.filter((_, i) => large[i]);
  return able.length >= FEWEST ? slopeOf(able.map(([x, , w]) => x + w / 2), able.map(([, y, , h]) => y + h / 2), height) : 0;
}

/**
 * Measure the spaces before the second glyph of a line and those behind it.
 * @param {Box[]} boxes of the glyphs on the line, from left to right, two or more
 * @param {number} height of a usual glyph on it
 * @returns {{ gap: number, relative: number, pitch: number }[]} in heights of a glyph
 */
export function gapFeatures(boxes, height) {
  let right = -Infinity;
  const gaps = boxes.slice(1).map((box, i) => {
    right = Math.max(right, boxes[i][0] + boxes[i][2]);
    return (box[0] - right) / height;
  });
  const usual = median(gaps), middles = boxes.map(([x, , w]) => x + w / 2);
  return gaps.map((gap, i) => ({ gap, relative: gap - usual, pitch: (middles[i + 1] - middles[i]) / height }));
}

/** The height of a usual glyph, and which boxes are not much lower. @param {Box[]} boxes */
function usualOf(boxes) {
  const heights = boxes.map(box => box[3]), usual = median(heights);
  const height = median(heights.filter(one => one >= SMALL * usual));
  return { height, large: heights.map(one => one >= SMALL * height) };
}

/** How far above or below a line's nearest glyphs a box stands.
 * @param {number[]} across @param {number[]} level @param {number[]} line @param {number} i */
function awayFrom(across, level, line, i) {
  const near = [...line].sort((a, b) => Math.abs(across[a] - across[i]) - Math.abs(across[b] - across[i])).slice(0, MEMORY);
  return Math.abs(level[i] - near.reduce((sum, j) => sum + level[j], 0) / near.length);
}

/** Find the slope, in degrees, at which a histogram of heights is the most uneven.
 * @param {number[]} across @param {number[]} down @param {number} height */
function slopeOf(across, down, height) {
  let best = -Infinity, chosen = 0;
  for (let step = 0; step <= 2 * STEEPEST; step++) {
    const degrees = step % 2 ? -(step + 1) / 2 : step / 2; // 0, -1, 1, -2, 2 ...
    const level = down.map((y, i) => y - Math.tan((degrees * Math.PI) / 180) * across[i]);
    const low = Math.min(...level), range = Math.max(...level) - low, bins = Math.trunc(range / (0.35 * height)) + 1;
    const counts = new Float64Array(bins);
    // of no range, NumPy's bins are one wide about the value
    for (const one of level) counts[range ? Math.min(bins - 1, Math.trunc(((one - low) / range) * bins)) : bins >> 1]++;
    const score = counts.reduce((sum, count) => sum + count * count, 0) - LEVEL_BONUS * Math.abs(degrees) * level.length ** 1.5;
    if (score > best) [best, chosen] = [score, degrees];
  }
  return chosen;
}
