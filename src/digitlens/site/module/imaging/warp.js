/** Moving a picture by an affine map, as OpenCV's `warpAffine` does. */

import { clamp } from "./pixels.js";

/** @typedef {[[number, number, number], [number, number, number]]} Matrix A map: two rows of x, y and 1. */

/**
 * A picture as seen through a map from the new pixels to its own, by straight lines between them.
 * @template {import("./pixels.js").Pixels} P
 * @param {P} picture
 * @param {Matrix} back
 * @param {number} width
 * @param {number} height
 * @param {boolean} goesOn what stands at the edges goes on beyond them; else all is black there
 * @returns {P}
 */
export function warp(picture, [[a, b, c], [d, e, f]], width, height, goesOn) {
  const { data, width: wide, height: high, channels } = picture;
  const made = new Uint8ClampedArray(width * height * channels);
  const at = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ channel) => {
    if (x < 0 || y < 0 || x >= wide || y >= high) {
      if (!goesOn) return 0;
      x = clamp(x, 0, wide - 1);
      y = clamp(y, 0, high - 1);
    }
    return data[(y * wide + x) * channels + channel];
  };
  for (let v = 0, i = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const x = a * u + b * v + c, y = d * u + e * v + f;
      const left = Math.floor(x), top = Math.floor(y), dx = x - left, dy = y - top;
      for (let k = 0; k < channels; k++, i++) {
        const upper = at(left, top, k) * (1 - dx) + at(left + 1, top, k) * dx;
        const lower = at(left, top + 1, k) * (1 - dx) + at(left + 1, top + 1, k) * dx;
        made[i] = Math.fround(upper * (1 - dy) + lower * dy);
      }
    }
  }
  return { ...picture, data: made, width, height };
}

/** The way back. @param {Matrix} matrix @returns {Matrix} */
export function inverse([[a, b, c], [d, e, f]]) {
  const size = a * e - b * d;
  return [
    [e / size, -b / size, (b * f - c * e) / size],
    [-d / size, a / size, (c * d - a * f) / size],
  ];
}

/**
 * The sum of levels and its first moments.
 * @param {import("./pixels.js").Gray} picture
 * @returns {[number, number]} across and down: the centre of mass
 */
export function centreOfMass({ data, width, height }) {
  let mass = 0, across = 0, down = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      mass += data[i];
      across += x * data[i];
      down += y * data[i];
    }
  }
  return [across / mass, down / mass];
}
