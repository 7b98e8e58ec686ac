/** Local contrast: how far each pixel is from the mean about it, in units of the spread about it. */

import { windowSums } from "./filters.js";
import { clamp, mean } from "./pixels.js";

const WINDOW = 65; // side of the window, in pixels, over which mean and spread are taken
const FLOOR = 8; // grey levels added to the spread
const LIMIT = 4; // values are clipped to plus and minus this

/**
 * @typedef {object} Contrast
 * @property {Float32Array} data row by row
 * @property {number} width
 * @property {number} height
 */

/** Normalise a grey picture by its local mean and standard deviation. @param {import("./pixels.js").Gray} grey @returns {Contrast} */
export function localContrast({ data, width, height }) {
  const middle = mean(data), values = new Float32Array(data.length), squares = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    values[i] = data[i] - middle;
    squares[i] = values[i] * values[i];
  }
  const area = WINDOW * WINDOW;
  const sums = windowSums(values, width, height, WINDOW, true), powers = windowSums(squares, width, height, WINDOW, true);
  for (let i = 0; i < values.length; i++) {
    const about = sums[i] / area, spread = Math.sqrt(Math.max(powers[i] / area - about * about, 0));
    values[i] = clamp((values[i] - about) / (spread + FLOOR), -LIMIT, LIMIT);
  }
  return { data: values, width, height };
}
