/** Greatest and least levels about each pixel. */

import { gray } from "./pixels.js";

/** @typedef {import("./pixels.js").Gray} Gray */

/**
 * The greatest level in a window about each pixel; beyond the edges there is nothing.
 * @param {Gray} picture
 * @param {number} side of the window, odd
 * @returns {Gray}
 */
export const dilate = (picture, side) => alongRows(alongRows(picture, side, side >> 1, true), side, side >> 1, true);

/** The least level in a window about each pixel. @param {Gray} picture @param {number} side @returns {Gray} */
export const erode = (picture, side) => inverted(dilate(inverted(picture), side));

/**
 * Fill dark structures narrower than a window.
 * @param {Gray} picture @param {number} side @returns {Gray}
 */
export const close = (picture, side) => erode(dilate(picture, side), side);

/**
 * Remove light structures narrower than a window.
 * @param {Gray} picture @param {number} side @returns {Gray}
 */
export const open = (picture, side) => dilate(erode(picture, side), side);

/** @param {Gray} picture */
function inverted({ data, width, height }) {
  const made = new Uint8ClampedArray(data.length);
  for (let i = 0; i < made.length; i++) made[i] = 255 - data[i];
  return gray(made, width, height);
}

/**
 * Thicken strokes by a round pen.
 * @param {Gray} picture
 * @param {number} side of the pen, pixels
 * @returns {Gray}
 */
export function thicken(picture, side) {
  const { width, height } = picture, made = new Uint8ClampedArray(width * height);
  const widened = new Map();
  penRows(side).forEach(([first, count], row) => {
    if (!count) return;
    const key = first * 1000 + count;
    if (!widened.has(key)) widened.set(key, alongRows(picture, count, (side >> 1) - first, false).data);
    const line = widened.get(key), down = row - (side >> 1);
    for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
      for (let i = y * width, j = (y + down) * width, end = i + width; i < end; i++, j++) {
        if (line[j] > made[i]) made[i] = line[j];
      }
    }
  });
  return gray(made, width, height);
}

/** Where each row of a round pen begins, and how long it is. @param {number} side @returns {[number, number][]} */
function penRows(side) {
  const radius = side >> 1, across = side >> 1;
  return Array.from({ length: side }, (_, row) => {
    const away = row - radius;
    if (Math.abs(away) > radius) return [0, 0];
    const reach = Math.round(across * Math.sqrt((radius * radius - away * away) / (radius * radius || 1)));
    const first = Math.max(across - reach, 0);
    return [first, Math.min(across + reach + 1, side) - first];
  });
}

/**
 * The greatest level of each stretch of a row (van Herk, 1992), the picture turned on its side if asked.
 * @param {Gray} picture
 * @param {number} length of the stretch
 * @param {number} before how many of its pixels stand before the one it belongs to
 * @param {boolean} turned
 * @returns {Gray}
 */
function alongRows({ data, width, height }, length, before, turned) {
  const made = new Uint8ClampedArray(data.length), padded = width + length - 1;
  const forth = new Uint8Array(padded), back = new Uint8Array(padded), row = new Uint8Array(padded);
  for (let y = 0; y < height; y++) {
    row.set(data.subarray(y * width, (y + 1) * width), before);
    for (let start = 0; start < padded; start += length) {
      const end = Math.min(start + length, padded);
      for (let i = start, most = 0; i < end; i++) forth[i] = most = row[i] > most ? row[i] : most;
      for (let i = end - 1, most = 0; i >= start; i--) back[i] = most = row[i] > most ? row[i] : most;
    }
    for (let x = 0, i = turned ? y : y * width, step = turned ? height : 1; x < width; x++, i += step) {
      made[i] = back[x] > forth[x + length - 1] ? back[x] : forth[x + length - 1];
    }
  }
  return turned ? gray(made, height, width) : gray(made, width, height);
}
