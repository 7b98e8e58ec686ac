/** The page network: finds glyphs on a grey picture, their bounding boxes and what each may be. */

import { computed, Graph } from "./session.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */

const STRIDE = 4; // pixels of the picture for a cell of the heat maps
const MULTIPLE = 32; // what the sides of what goes in are multiples of
const SIZE_UNIT = 16; // pixels of a box's side whose logarithm the network gives as 0

/** The label of writing that is neither a digit nor a sign. */
export const OTHER_WRITING = "";

/**
 * @typedef {object} Detections Glyphs found in a picture.
 * @property {Box[]} boxes in pixels of the picture
 * @property {Float32Array[]} heat what speaks for each label, 0 to 1, of each
 * @property {number[]} scores how surely each is a glyph of its likeliest label
 */

/** Some of them. @param {Detections} found @param {number[]} rows @returns {Detections} */
export const rowsOf = ({ boxes, heat, scores }, rows) => ({
  boxes: rows.map(row => boxes[row]),
  heat: rows.map(row => heat[row]),
  scores: rows.map(row => scores[row]),
});

const ANSWERS = ["peaks", "heat", "geometry"];

/** @extends {Graph<import("./session.js").PageCard>} */
export class PageNetwork extends Graph {
  /** What an engine makes of a picture. @param {import("./session.js").Engine} engine @param {Float32Array} image
   * @param {number} height @param {number} width */
  answers(engine, image, height, width) {
    return computed(engine, "float32", image, [1, 1, height, width], ANSWERS);
  }

  /**
   * Find glyphs whose best label has a heat of `least` or more, each a maximum among the cells around it.
   * @param {import("../imaging/contrast.js").Contrast} contrast the picture, normalised
   * @param {number} least
   * @returns {Promise<Detections>}
   */
  async detect({ data, width, height }, least) {
    const wide = Math.ceil(width / MULTIPLE) * MULTIPLE, high = Math.ceil(height / MULTIPLE) * MULTIPLE;
    const image = new Float32Array(wide * high);
    for (let y = 0; y < height; y++) image.set(data.subarray(y * width, (y + 1) * width), y * wide);
    const [peaks, heat, geometry] = await this.run("float32", image, [1, 1, high, wide], ANSWERS);
    const columns = wide / STRIDE, cells = (columns * high) / STRIDE;
    const found = /** @type {Detections} */ ({ boxes: [], heat: [], scores: [] });
    for (const cell of hottest(peaks.data, cells, least)) {
      const x = cell % columns, y = (cell - x) / columns, told = (/** @type {number} */ k) => geometry.data[k * cells + cell];
      const across = STRIDE * (x + 0.5 + told(0)), down = STRIDE * (y + 0.5 + told(1));
      if (across >= width + STRIDE || down >= height + STRIDE) continue;
      const [w, h] = [told(2), told(3)].map(log => SIZE_UNIT * Math.exp(Math.min(Math.max(log, -4), 5)));
      const speaks = Float32Array.from(this.card.labels, (_, k) => heat.data[k * cells + cell]);
      found.boxes.push([across - w / 2, down - h / 2, w, h]);
      found.heat.push(speaks);
      found.scores.push(Math.max(...speaks));
    }
    return found;
  }
}

/** The cells in which any of the maps reaches a level, row by row. @param {Float32Array} maps @param {number} cells @param {number} least */
function hottest(maps, cells, least) {
  const places = new Set();
  for (let i = 0; i < maps.length; i++) if (maps[i] >= least) places.add(i % cells);
  return [...places].sort((a, b) => a - b);
}
