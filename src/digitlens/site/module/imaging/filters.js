/** Means, medians and blurs about each pixel. */

import { gray, rint } from "./pixels.js";

/** @typedef {import("./pixels.js").Gray} Gray */

/**
 * The sums over a square window about each place, what lies beyond the edges mirrored.
 * @param {ArrayLike<number>} values row by row
 * @param {number} width
 * @param {number} height
 * @param {number} side of the window, odd
 * @param {boolean} twice the pixel at the edge is mirrored too, so that it stands there twice
 * @returns {Float64Array}
 */
export function windowSums(values, width, height, side, twice) {
  const across = mirrored(width, side, twice), down = mirrored(height, side, twice);
  const rows = new Float64Array(width * height), sums = new Float64Array(width * height), padded = new Float64Array(width + side);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let i = 0; i < padded.length; i++) padded[i] = values[start + across[i]];
    let sum = 0;
    for (let k = 0; k < side; k++) sum += padded[k];
    for (let x = 0; x < width; x++) {
      rows[start + x] = sum;
      sum += padded[x + side] - padded[x];
    }
  }
  for (let k = 0; k < side; k++) for (let x = 0, at = down[k] * width; x < width; x++, at++) sums[x] += rows[at];
  for (let i = width, y = 1; y < height; y++) {
    const enters = down[y + side - 1] * width, leaves = down[y - 1] * width;
    for (let x = 0; x < width; x++, i++) sums[i] = sums[i - width] + (rows[enters + x] - rows[leaves + x]);
  }
  return sums;
}

/**
 * Which places a row has once it is padded by half a window at both ends.
 * @param {number} length @param {number} side @param {boolean} twice
 */
function mirrored(length, side, twice) {
  const places = new Int32Array(length + side);
  for (let i = 0; i < places.length; i++) {
    let at = i - (side >> 1);
    while (length > 1 && (at < 0 || at >= length)) {
      if (at < 0) at = twice ? -1 - at : -at;
      else at = twice ? 2 * length - 1 - at : 2 * length - 2 - at;
    }
    places[i] = length > 1 ? at : 0;
  }
  return places;
}

/** The mean of the nine pixels about each. @param {Gray} picture @returns {Gray} */
export function smooth({ data, width, height }) {
  const sums = windowSums(data, width, height, 3, false), made = new Uint8ClampedArray(data.length);
  for (let i = 0; i < made.length; i++) made[i] = sums[i] / 9;
  return gray(made, width, height);
}

/**
 * Values averaged by a bell curve about each, those beyond the edges mirrored, as OpenCV's `GaussianBlur` does.
 * @param {import("./contrast.js").Contrast} values
 * @param {number} sigma pixels
 * @returns {import("./contrast.js").Contrast}
 */
export function gaussianBlur({ data, width, height }, sigma) {
  const side = rint(8 * sigma + 1) | 1;
  const bell = Float64Array.from({ length: side }, (_, k) => Math.exp(-((k - (side >> 1)) ** 2) / (2 * sigma ** 2)));
  const sum = bell.reduce((a, b) => a + b), across = mirrored(width, side, false), down = mirrored(height, side, false);
  const rows = new Float32Array(data.length), made = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let total = 0;
      for (let k = 0; k < side; k++) total += bell[k] * data[y * width + across[x + k]];
      rows[i] = total / sum;
    }
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let total = 0;
      for (let k = 0; k < side; k++) total += bell[k] * rows[down[y + k] * width + x];
      made[i] = total / sum;
    }
  }
  return { data: made, width, height };
}

/** The median of the nine pixels about each, what is at the edges going on. @param {Gray} picture @returns {Gray} */
export function medianOfNine({ data, width, height }) {
  const made = new Uint8ClampedArray(data.length), nine = new Uint8Array(9);
  for (let y = 0, i = 0; y < height; y++) {
    const rows = [Math.max(0, y - 1) * width, y * width, Math.min(height - 1, y + 1) * width];
    for (let x = 0; x < width; x++, i++) {
      const left = Math.max(0, x - 1), right = Math.min(width - 1, x + 1);
      for (let k = 0; k < 3; k++) {
        nine[3 * k] = data[rows[k] + left];
        nine[3 * k + 1] = data[rows[k] + x];
        nine[3 * k + 2] = data[rows[k] + right];
      }
      made[i] = fifth(nine);
    }
  }
  return gray(made, width, height);
}

/** The middle one of nine values; they are put in another order. @param {Uint8Array} nine */
function fifth(nine) {
  for (let i = 1; i < 9; i++) {
    const value = nine[i];
    let j = i - 1;
    for (; j >= 0 && nine[j] > value; j--) nine[j + 1] = nine[j];
    nine[j + 1] = value;
  }
  return nine[4];
}
