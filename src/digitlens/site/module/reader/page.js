/** Reading a page: detect, recognise, find text lines, segment each. */

import { smallerOverlap } from "../imaging/boxes.js";
import { toGrayscale } from "../imaging/colour.js";
import { clamp, rint } from "../imaging/pixels.js";
import { boxUnder, turn, UNTURNED } from "../imaging/turn.js";
import { findTextLines } from "./layout.js";
import { bestPaths, taken } from "./segmentation.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("../imaging/pixels.js").Pixels} Pixels */
/** @typedef {import("./detect.js").Found} Found */
/** @typedef {import("./recognize.js").Candidate} Candidate */
/** @typedef {(candidates: Candidate[], lines: number[][]) => Candidate[]} Adjusted */

const FEWEST = 3; // glyphs from which a quarter turn can be told
const WELL = 0.8; // mean heat of a page that lies as it should
const MARGIN = 0.1; // by which a quarter turn must be found better
const SKEWED = 10; // degrees of slope from which a page is deskewed
const SAME_ROW = 0.3; // of the lower of two boxes' heights that they share, from which one may stand on the other's line

/**
 * @typedef {object} TextLine A line as it was segmented.
 * @property {number[]} taken the candidates read, from left to right
 * @property {number} margin by how much the best segmentation is likelier than the next, nats
 *
 * @typedef {object} Page What was read on a page.
 * @property {Pixels} pixels the page as it was turned
 * @property {import("../imaging/warp.js").Matrix} toPicture the map from its pixels to the picture's
 * @property {Candidate[]} candidates
 * @property {TextLine[]} lines in reading order
 * @property {import("./layout.js").Layout} layout
 */

/** Reads pages. */
export class PageReader {
  /**
   * @param {import("./detect.js").Detector} detector
   * @param {import("./recognize.js").Recognizer} recognizer
   * @param {Adjusted | null} adjusted tells glyphs of like shapes apart by the line they stand on
   */
  constructor(detector, recognizer, adjusted) {
    this.detector = detector;
    this.recognizer = recognizer;
    this.adjusted = adjusted;
  }

  /**
   * Read a picture as it lies, or turned as it reads best.
   * @param {Pixels} picture
   * @param {number | null} rotate degrees by which to turn it clockwise; null to find out
   * @returns {Promise<Page>}
   */
  async read(picture, rotate) {
    const asked = rotate ?? 0;
    let turned = asked % 360 ? turn(picture, asked) : { pixels: picture, matrix: UNTURNED };
    let found = await this.detector.find(toGrayscale(turned.pixels));
    if (rotate === null) {
      const quarter = await this.quarter(turned.pixels, found);
      if (quarter) {
        turned = turn(picture, quarter);
        found = await this.detector.find(toGrayscale(turned.pixels));
      }
      const { boxes, scores } = found.detections;
      const { slope } = findTextLines(boxes.filter((_, i) => scores[i] >= WELL));
      if (Math.abs(slope) >= SKEWED) {
        turned = turn(picture, quarter - slope);
        found = await this.detector.find(toGrayscale(turned.pixels));
      }
    }
    return this.readFound(turned.pixels, turned.matrix, found);
  }

  /** @param {Pixels} pixels @param {import("../imaging/warp.js").Matrix} toPicture @param {Found} found @returns {Promise<Page>} */
  async readFound(pixels, toPicture, found) {
    let candidates = await this.recognizer.candidates(pixels, found);
    const sure = candidates.flatMap(({ logOdds }, row) => (logOdds > 0 ? [row] : []));
    const layout = findTextLines(sure.map(row => candidates[row].box));
    const rows = layout.lines.map(line => withRivals(candidates, line.map(i => sure[i])));
    if (this.adjusted) candidates = this.adjusted(candidates, rows);
    const lines = rows.map(row => this.segment(candidates, row)).filter(line => line.taken.length);
    return { pixels, toPicture, candidates, lines, layout };
  }

  /** The quarter turn, degrees, at which the page is found clearly better; 0 for none. @param {Pixels} pixels @param {Found} found */
  async quarter(pixels, found) {
    const [best, sure] = quality(found);
    if (sure < FEWEST || best >= WELL) return 0;
    let chosen = 0, least = best + MARGIN;
    const grey = toGrayscale(pixels);
    for (const degrees of [90, 180, 270]) {
      const [mean, count] = quality(await this.detector.look(turn(grey, degrees).pixels, found.scale));
      if (count >= FEWEST && mean >= least) [chosen, least] = [degrees, mean];
    }
    return chosen;
  }

  /** Choose the candidates that are read on a line. @param {Candidate[]} candidates @param {number[]} rows @returns {TextLine} */
  segment(candidates, rows) {
    const { overlap } = this.detector.config;
    const excludes = (/** @type {number} */ one, /** @type {number} */ other) =>
      smallerOverlap(candidates[rows[one]].box, candidates[rows[other]].box) >= overlap;
    const [first, second] = bestPaths(rows.map(row => candidates[row].logOdds), excludes, 2);
    return { taken: taken(first).map(i => rows[i]), margin: Math.min(second ? first.gain - second.gain : Infinity, 99) };
  }
}

/** A box of a page in whole pixels of the picture. @param {Page} page @param {Box} box @returns {Box} */
export function inPicture({ pixels: { width, height }, toPicture }, [x, y, w, h]) {
  const left = clamp(x, 0, width - 1), top = clamp(y, 0, height - 1);
  const inside = [left, top, Math.max(Math.min(x + w, width) - left, 1), Math.max(Math.min(y + h, height) - top, 1)];
  const [u, v, wide, high] = boxUnder(/** @type {Box} */ (inside), toPicture);
  const low = [Math.max(rint(u), 0), Math.max(rint(v), 0)];
  return [low[0], low[1], Math.max(rint(u + wide) - low[0], 1), Math.max(rint(v + high) - low[1], 1)];
}

/** The candidates that are on no line and lie on none that is. @param {Page} page @returns {number[]} */
export function unread({ candidates, lines }) {
  const read = lines.flatMap(line => line.taken);
  return candidates.flatMap(({ box }, row) =>
    read.every(other => smallerOverlap(box, candidates[other].box) < SAME_ROW) ? [row] : [],
  );
}

/** A line's candidates with the less likely ones that stand on it, from left to right.
 * @param {Candidate[]} candidates @param {number[]} line */
function withRivals(candidates, line) {
  const middles = candidates.map(({ box: [x, , w] }) => x + w / 2);
  const left = Math.min(...line.map(row => candidates[row].box[0]));
  const right = Math.max(...line.map(row => candidates[row].box[0] + candidates[row].box[2]));
  const rivals = candidates.flatMap(({ box: [, y, , h], logOdds }, row) => {
    if (logOdds > 0 || middles[row] < left || middles[row] > right) return [];
    const away = (/** @type {number} */ other) => Math.abs(middles[row] - middles[other]);
    const nearest = line.reduce((best, other) => (away(other) < away(best) ? other : best));
    const [, top, , high] = candidates[nearest].box;
    return Math.min(y + h, top + high) - Math.max(y, top) >= SAME_ROW * Math.min(h, high) ? [row] : [];
  });
  return [...new Set([...line, ...rivals])].sort((a, b) => middles[a] - middles[b] || a - b);
}

/** The mean heat of what may be digits, and how many there are. @param {Found} found @returns {[number, number]} */
function quality({ detections: { scores } }) {
  const able = scores.filter(score => score >= 0.2);
  return able.length ? [able.reduce((sum, score) => sum + score, 0) / able.length, able.length] : [0, 0];
}
