/** Turn a page, and map what is found on it back. */

import { rint } from "./pixels.js";
import { warp } from "./warp.js";

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./pixels.js").Box} Box */
/** @typedef {import("./warp.js").Matrix} Matrix */

const BAND = 32; // rows

/** The map of a page that lies as it should. @type {Matrix} */
export const UNTURNED = [[1, 0, 0], [0, 1, 0]];

/**
 * Turn a picture clockwise; beyond its corners what stands at its edges goes on.
 * @template {Pixels} P
 * @param {P} picture
 * @param {number} degrees
 * @returns {{ pixels: P, matrix: Matrix }} the whole of it turned, and the map from its pixels to the picture's
 */
export function turn(picture, degrees) {
  const { width, height } = picture, angle = (degrees * Math.PI) / 180, c = Math.cos(angle), s = Math.sin(angle);
  const wide = rint(Math.abs(c) * width + Math.abs(s) * height), high = rint(Math.abs(s) * width + Math.abs(c) * height);
  const left = width / 2 - (c * wide + s * high) / 2, top = height / 2 - (-s * wide + c * high) / 2;
  /** @type {Matrix} */
  const matrix = [[c, s, left], [-s, c, top]];
  const turns = ((degrees % 360) + 360) % 360;
  if (turns % 90 === 0) return { pixels: quarters(picture, turns / 90), matrix };
  // pixel centres lie half a pixel in from their edges
  const x = left + (c + s) / 2 - 0.5, y = top + (c - s) / 2 - 0.5;
  return { pixels: warp(picture, [[c, s, x], [-s, c, y]], wide, high, true), matrix };
}

/** @template {Pixels} P @param {P} picture @param {number} count of quarter turns, clockwise @returns {P} */
function quarters(picture, count) {
  const { data, width, height, channels } = picture;
  if (!count) return picture;
  const [wide, high] = count === 2 ? [width, height] : [height, width];
  const made = new Uint8ClampedArray(data.length), last = width * height - 1;
  // the place of the first pixel in the picture, and how far from it those to the right and below it stand there
  const [first, right, down] = count === 1 ? [last + 1 - width, -width, 1] : count === 2 ? [last, -1, -width] : [width - 1, width, -1];
  for (let top = 0; top < high; top += BAND) { // in bands, so that what is near in either picture is still at hand
    const end = Math.min(high, top + BAND) * wide * channels;
    for (let x = 0; x < wide; x++) {
      let from = (first + x * right + top * down) * channels;
      for (let to = (top * wide + x) * channels; to < end; to += wide * channels, from += down * channels) {
        for (let k = 0; k < channels; k++) made[to + k] = data[from + k];
      }
    }
  }
  return { ...picture, data: made, width: wide, height: high };
}

/** The upright box around a box's corners under a map. @param {Box} box @param {Matrix} matrix @returns {Box} */
export function boxUnder([x, y, w, h], matrix) {
  const corners = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
  const [across, down] = matrix.map(([a, b, c]) => corners.map(([u, v]) => a * u + b * v + c));
  const left = Math.min(...across), top = Math.min(...down);
  return [left, top, Math.max(...across) - left, Math.max(...down) - top];
}
