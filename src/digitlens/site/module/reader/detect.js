/** Find the glyphs of a page with the page network, at the scale at which it finds them best. */

import { nonMaximumSuppression } from "../imaging/boxes.js";
import { localContrast } from "../imaging/contrast.js";
import { median, rint } from "../imaging/pixels.js";
import { resize, shrinkTo } from "../imaging/resize.js";
import { rowsOf } from "../model/pages.js";

/** @typedef {import("../imaging/pixels.js").Gray} Gray */
/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("../imaging/contrast.js").Contrast} Contrast */
/** @typedef {import("../model/pages.js").Detections} Detections */

const SAME_SIZE = 1.35; // times by which glyphs may differ from the best size before a second look is worth its time
const SAME_PLACE = 0.5; // intersection over union from which two detections are one
export const SURE = 0.3; // heat from which a detection tells how large glyphs are
const BORDER = 32; // pixels: so much paper is put around a picture
const COARSER = 3; // times by which the coarser of the two first looks is smaller
const LARGEST = 110; // pixels: higher glyphs than the network was trained on

/**
 * @typedef {object} Found What a look at a page found.
 * @property {Detections} detections in pixels of the page
 * @property {Contrast} contrast the page as the network saw it
 * @property {number} scale pixels of it for one of the page
 * @property {boolean} [joined] whether what another look found is among the detections
 */

/** Finds glyphs. */
export class Detector {
  /**
   * @param {import("../model/pages.js").PageNetwork} network
   * @param {import("../model/pageconfig.js").PageConfig} config
   */
  constructor(network, config) {
    this.network = network;
    this.config = config;
  }

  /**
   * Find the glyphs of a page: two looks tell how high they are, a third shows them so large.
   * @param {Gray} grey
   * @returns {Promise<Found>}
   */
  async find(grey) {
    const scale = this.firstScale(grey), fine = await this.look(grey, scale);
    const coarse = await this.look(grey, scale / COARSER);
    let first = clearness(coarse) > clearness(fine) ? coarse : fine;
    if (!usualHeight(first)) first = await this.look(grey, this.limited(grey, 2 * scale));
    const height = usualHeight(first);
    if (!height) return first;
    const wanted = this.limited(grey, this.config.glyph_height / height);
    if (Math.max(wanted / first.scale, first.scale / wanted) <= SAME_SIZE) return first;
    const second = await this.look(grey, wanted);
    const large = first.detections.boxes.flatMap((box, row) => (box[3] * wanted > LARGEST ? [row] : []));
    if (!large.length) return second;
    const joined = joinedTo(second.detections, rowsOf(first.detections, large));
    const kept = nonMaximumSuppression(joined.boxes, joined.scores, SAME_PLACE);
    return { ...second, detections: rowsOf(joined, kept), joined: true };
  }

  /**
   * Find the glyphs of a page by two looks at most: a small one, and, where they are of another size than it shows best,
   * one that shows them so large; or that of a page's first look where the small one finds none.
   * @param {Gray} grey
   * @returns {Promise<Found>}
   */
  async glimpse(grey) {
    const first = await this.look(grey, this.firstScale(grey) / COARSER), height = usualHeight(first);
    const wanted = Math.min(this.firstScale(grey), height ? this.config.glyph_height / height : Infinity);
    return height && Math.max(wanted / first.scale, first.scale / wanted) <= SAME_SIZE ? first : this.look(grey, wanted);
  }

  /**
   * Find the glyphs of a page at one scale: pixels that the network sees for one of the page.
   * @param {Gray} grey
   * @param {number} scale
   * @returns {Promise<Found>}
   */
  async look(grey, scale) {
    const width = Math.max(1, rint(grey.width * scale)), height = Math.max(1, rint(grey.height * scale));
    const contrast = localContrast(scale > 1 ? resize(grey, width, height, "cubic") : shrinkTo(grey, width, height));
    const found = await this.network.detect(withBorder(contrast), this.config.least_heat);
    const kept = rowsOf(found, nonMaximumSuppression(found.boxes, found.scores, SAME_PLACE));
    /** @type {Box[]} */
    const boxes = kept.boxes.map(([x, y, w, h]) => [(x - BORDER) / scale, (y - BORDER) / scale, w / scale, h / scale]);
    return { detections: { ...kept, boxes }, contrast, scale };
  }

  /** The scale at which a picture of one glyph is looked at: a third of a page's first look. @param {Gray} grey */
  glanceScale(grey) {
    return Math.min(this.firstScale(grey), this.config.look_side / COARSER / Math.max(grey.width, grey.height));
  }

  /** @param {Gray} grey */
  firstScale({ width, height }) {
    const { most_enlarged, shorter_side, look_side } = this.config;
    const enlarged = Math.min(most_enlarged, Math.max(1, shorter_side / Math.min(width, height)));
    return Math.min(enlarged, look_side / Math.max(width, height));
  }

  /** A scale, within what a page may be enlarged and have pixels. @param {Gray} grey @param {number} scale */
  limited({ width, height }, scale) {
    return Math.min(scale, this.config.most_enlarged, Math.sqrt(this.config.most_pixels / (width * height)));
  }
}

/** @param {Detections} one @param {Detections} other @returns {Detections} */
const joinedTo = (one, other) => ({
  boxes: [...one.boxes, ...other.boxes],
  heat: [...one.heat, ...other.heat],
  scores: [...one.scores, ...other.scores],
});

/** @param {Contrast} contrast @returns {Contrast} */
function withBorder({ data, width, height }) {
  const wide = width + 2 * BORDER, high = height + 2 * BORDER;
  const made = new Float32Array(wide * high).fill(median(data));
  for (let y = 0; y < height; y++) made.set(data.subarray(y * width, (y + 1) * width), (y + BORDER) * wide + BORDER);
  return { data: made, width: wide, height: high };
}

/** The usual height of a glyph in pixels of the page; 0 where none was found. @param {Found} found */
export function usualHeight({ detections: { boxes, scores } }) {
  const sure = boxes.map((box, i) => ({ height: box[3], score: scores[i] })).filter(({ score }) => score >= SURE);
  sure.sort((a, b) => a.height - b.height);
  const half = sure.reduce((sum, { score }) => sum + score, 0) / 2;
  let sum = 0;
  return sure.find(({ score }) => (sum += score) >= half)?.height ?? 0;
}

/** The mean heat of what was found for sure. @param {Found} found */
function clearness({ detections: { scores } }) {
  const sure = scores.filter(score => score >= SURE);
  return sure.length ? sure.reduce((sum, score) => sum + score, 0) / sure.length : 0;
}
