/** Reading a page: detect, recognise, find text lines, segment each, both networks and the line network as witnesses. */

import { smallerOverlap } from "../imaging/boxes.js";
import { toGrayscale } from "../imaging/colour.js";
import { clamp, crop, mean, median, rint } from "../imaging/pixels.js";
import { boxUnder, turn, UNTURNED } from "../imaging/turn.js";
import { findSlope, findTextLines } from "./layout.js";
import { reweighed } from "./recognize.js";
import { bestPaths, taken } from "./segmentation.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("../imaging/pixels.js").Pixels} Pixels */
/** @typedef {import("./detect.js").Found} Found */
/** @typedef {import("./recognize.js").Candidate} Candidate */

const FEWEST = 3; // glyphs from which a quarter turn can be told
const WELL = 0.8; // mean heat of a page that lies as it should
const CLEARER = 1; // glyphs, clearly seen, that a page must show more of when it is turned
const FAINT = 0.2; // heat from which a detection tells whether a page is found well as it lies
const CLEARLY = 0.5; // heat from which a detection counts for which way up a page is
const PIECE = 256; // pixels, as the page network sees them, of the piece that tells which way up a page is
const SKEWED = 10; // degrees of slope from which a page is deskewed
const HEARD = 8; // segmentations of a line that are held against what the line network says
const FARTHEST = 7; // nats by which one of them may be worse than the best
const FARTHEST_LABEL = -12; // nats by which the line network speaks against a label at most
const SAME_ROW = 0.3; // of the lower of two boxes' heights that they share, from which one may stand on the other's line

/**
 * @typedef {object} TextLine A line as it was segmented.
 * @property {number[]} taken the candidates read, from left to right
 * @property {number} margin by how much the best segmentation is likelier than the next, nats
 * @property {import("./witness.js").Heard | null} heard what the line network says of it; null where it was not asked
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
   * @param {import("./witness.js").Witness | null} witness reads every line a second time; null for nobody
   */
  constructor(detector, recognizer, witness) {
    this.detector = detector;
    this.recognizer = recognizer;
    this.witness = witness;
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
      const slope = findSlope(boxes.filter((_, i) => scores[i] >= WELL));
      if (Math.abs(slope) >= SKEWED) {
        turned = turn(picture, quarter - slope);
        found = await this.detector.find(toGrayscale(turned.pixels));
      }
    }
    return this.readFound(turned.pixels, turned.matrix, found);
  }

  /** Read a picture as it lies, with as few looks as can be. @param {Pixels} picture @returns {Promise<Page>} */
  async readQuickly(picture) {
    return this.readFound(picture, UNTURNED, await this.detector.glimpse(toGrayscale(picture)));
  }

  /** @param {Pixels} pixels @param {import("../imaging/warp.js").Matrix} toPicture @param {Found} found @returns {Promise<Page>} */
  async readFound(pixels, toPicture, found) {
    let candidates = await this.recognizer.candidates(pixels, found);
    const sure = candidates.flatMap(({ logOdds }, row) => (logOdds > 0 ? [row] : []));
    const { line_reach: lineReach, mark_reach: markReach } = this.detector.config;
    const layout = findTextLines(sure.map(row => candidates[row].box), lineReach, markReach);
    const rows = layout.lines.map(line => withRivals(candidates, line.map(i => sure[i])));
    candidates = this.recognizer.inContext(candidates, rows);
    const lines = [];
    for (const row of rows) lines.push(await this.segment(candidates, row, found));
    return { pixels, toPicture, candidates: this.told(candidates, lines), lines: lines.filter(line => line.taken.length), layout };
  }

  /**
   * The quarter turn, degrees, at which glyphs are found clearly better; 0 for none. Where the page as it lies leaves a
   * doubt, a piece of it is looked at in all four ways.
   * @param {Pixels} pixels
   * @param {Found} found
   */
  async quarter(pixels, found) {
    const heat = telling(found);
    if (heat.length < FEWEST || mean(heat) >= WELL) return 0;
    const { piece, scale } = this.piece(pixels, found);
    const upright = this.isWhole(piece, scale, pixels, found) ? heat : await this.looked(piece, scale);
    let chosen = 0, best = upright, most = upright.length >= FEWEST ? clearness(upright) : -Infinity;
    for (const degrees of [90, 180, 270]) {
      const seen = await this.looked(turn(piece, degrees).pixels, scale), clear = clearness(seen);
      if (seen.length >= FEWEST && clear > most) [chosen, best, most] = [degrees, seen, clear];
    }
    const better = most >= clearness(upright) + CLEARER && (!upright.length || mean(best) >= mean(upright));
    return better ? chosen : 0;
  }

  /** Whether a look at a piece would be the very look by which the page was found, which is not taken twice.
   * @param {import("../imaging/pixels.js").Gray} piece @param {number} scale @param {Pixels} pixels @param {Found} found */
  isWhole({ width, height }, scale, pixels, found) {
    return !this.recognizer.readsOther && !found.joined && scale === found.scale && width === pixels.width && height === pixels.height;
  }

  /** How sure each glyph is of a piece of a page as it lies: by the page network, or, where the alphabet has labels that it
   * does not know, by the glyph network.
   * @param {Pixels} piece @param {number} scale @returns {Promise<number[]>} */
  async looked(piece, scale) {
    const found = await this.detector.look(toGrayscale(piece), scale);
    if (!this.recognizer.readsOther) return telling(found);
    const candidates = await this.recognizer.candidates(piece, found);
    return candidates.filter(({ logOdds }) => logOdds > 0).map(({ confidence }) => confidence);
  }

  /**
   * A piece of the page where most glyphs are, grey, as large as tells how it lies; and at which scale: glyphs are as high
   * as they are seen best with the longer side of their boxes, whichever way they lie.
   * @param {Pixels} pixels
   * @param {Found} found
   */
  piece(pixels, found) {
    const { boxes, scores } = found.detections, seen = boxes.filter((_, i) => scores[i] >= FAINT);
    const scale = Math.min(found.scale, this.detector.config.glyph_height / median(seen.map(([, , w, h]) => Math.max(w, h))));
    const [left, right] = cut(seen.map(([x, , w]) => x + w / 2), PIECE / scale, pixels.width);
    const [top, bottom] = cut(seen.map(([, y, , h]) => y + h / 2), PIECE / scale, pixels.height);
    return { piece: toGrayscale(crop(pixels, left, top, right, bottom)), scale };
  }

  /** Choose the candidates that are read on a line, by both networks' opinions of them and by the witness.
   * @param {Candidate[]} candidates @param {number[]} rows @param {Found} found @returns {Promise<TextLine>} */
  async segment(candidates, rows, found) {
    const { overlap, path_line } = this.detector.config;
    const excludes = (/** @type {number} */ one, /** @type {number} */ other) =>
      smallerOverlap(candidates[rows[one]].box, candidates[rows[other]].box) >= overlap;
    const paths = bestPaths(rows.map(row => candidates[row].logOdds), excludes, HEARD);
    const ways = paths.map(path => ({ gain: path.gain, taken: taken(path).map(i => rows[i]) })), [first, second] = ways;
    const margin = Math.min(second ? first.gain - second.gain : Infinity, 99);
    if (!this.witness || !first.taken.length) return { taken: first.taken, margin, heard: null };
    const heard = await this.witness.hear(found, first.taken.map(row => candidates[row].box));
    const near = ways.filter(way => first.gain - way.gain < FARTHEST && way.taken.length).map(way => {
      const text = this.recognizer.labelsOf(way.taken.map(row => candidates[row]));
      return { ...way, gain: way.gain + path_line * heard.likelihood(text) };
    });
    const chosen = near.reduce((best, way) => (way.gain > best.gain ? way : best));
    return { taken: chosen.taken, margin, heard };
  }

  /** The same with what the witness says of the labels of those that are read. @param {Candidate[]} candidates @param {TextLine[]} lines */
  told(candidates, lines) {
    const { label_line } = this.detector.config, { alphabet } = this.recognizer, made = [...candidates];
    for (const { taken: read, heard } of lines) {
      const opinions = heard?.opinions(this.recognizer.labelsOf(read.map(row => candidates[row])), alphabet) ?? [];
      opinions.forEach((opinion, i) => {
        const odds = opinion.map(nats => Math.exp(label_line * Math.max(nats, FARTHEST_LABEL)));
        made[read[i]] = reweighed(candidates[read[i]], odds);
      });
    }
    return made;
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

/** Where a piece of some length about the median of middles begins and ends on a page.
 * @param {number[]} middles @param {number} wanted @param {number} size of the page */
function cut(middles, wanted, size) {
  const long = Math.min(wanted, size), start = Math.trunc(clamp(median(middles) - long / 2, 0, size - long));
  return [start, start + Math.ceil(long)];
}

/** The heat of what may be digits. @param {Found} found */
const telling = ({ detections: { scores } }) => scores.filter(score => score >= FAINT);

/** How clearly glyphs are seen in all: the sum of the squares of their chances above one half. @param {number[]} sure */
const clearness = sure => sure.reduce((sum, one) => sum + (one >= CLEARLY ? one * one : 0), 0);
