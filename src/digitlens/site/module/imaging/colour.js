/** From colours to grey. */

import { gray } from "./pixels.js";

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./pixels.js").Gray} Gray */

/** The lightness of a picture. @param {Pixels} picture @returns {Gray} */
export function toGrayscale(picture) {
  if (picture.channels === 1) return /** @type {Gray} */ (picture);
  const { data, width, height } = picture, made = new Uint8ClampedArray(width * height);
  for (let i = 0, j = 0; i < made.length; i++, j += 3) {
    made[i] = (data[j] * 9798 + data[j + 1] * 19235 + data[j + 2] * 3735 + 16384) >> 15;
  }
  return gray(made, width, height);
}

/**
 * A picture in the grey of weighted colours.
 * @param {Pixels} picture
 * @param {ArrayLike<number> | null} axis the weights of red, green and blue, and an offset; null without colour
 * @returns {Gray}
 */
export function alongAxis(picture, axis) {
  if (!axis || picture.channels === 1) return /** @type {Gray} */ (picture);
  const { data, width, height } = picture, made = new Uint8ClampedArray(width * height);
  const [red, green, blue, offset] = Array.from(axis);
  for (let i = 0, j = 0; i < made.length; i++, j += 3) {
    made[i] = Math.fround(red * data[j] + green * data[j + 1] + blue * data[j + 2] + offset);
  }
  return gray(made, width, height);
}

/** Whether a picture in colours has none. @param {Uint8ClampedArray} data of three a pixel */
export function isColourless(data) {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}
