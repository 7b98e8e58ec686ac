/** Frame the glyph in a bounding box of a page: the same ink finder as for a picture of one glyph, kept to the box. */

import { cutOut, FRAME_SIDE, frameInk } from "./framing.js";
import { findInkIn } from "./ink.js";
import { blank, boundingBox, crop, quantile } from "./pixels.js";

/** @typedef {import("./pixels.js").Box} Box */

const MARGIN = 0.35; // of the longer side of a box: the paper around a glyph by which its ink is judged

/**
 * Frame what a bounding box of a page holds; all black where there is no ink in it.
 * @param {import("./pixels.js").Pixels} picture
 * @param {Box} box
 * @param {boolean} inkIsDark
 */
export function frameBox(picture, [x, y, w, h], inkIsDark) {
  const margin = 2 + MARGIN * Math.max(w, h);
  const left = Math.max(0, Math.trunc(x - margin)), top = Math.max(0, Math.trunc(y - margin));
  const right = Math.min(picture.width, Math.trunc(x + w + margin) + 1);
  const bottom = Math.min(picture.height, Math.trunc(y + h + margin) + 1);
  if (right - left < 2 || bottom - top < 2) return blank(FRAME_SIDE, FRAME_SIDE);
  const ink = findInkIn(crop(picture, left, top, right, bottom), [x - left, y - top, w, h], inkIsDark);
  const found = boundingBox(ink.mask, level => level > 0);
  return found[2] ? frameInk(cutOut(ink, found)) : blank(FRAME_SIDE, FRAME_SIDE);
}

/**
 * How far the picture in each box reaches to the dark, less how far to the light.
 * @param {import("./contrast.js").Contrast} contrast
 * @param {Box[]} boxes in its pixels
 */
export function darkInkVotes({ data, width, height }, boxes) {
  return boxes.map(([x, y, w, h]) => {
    const top = Math.max(0, Math.trunc(y) - 1), bottom = Math.min(height, Math.trunc(y + h) + 2);
    const left = Math.max(0, Math.trunc(x) - 1), right = Math.min(width, Math.trunc(x + w) + 2);
    if (right <= left || bottom <= top) return 0;
    const part = new Float32Array((right - left) * (bottom - top));
    for (let row = top; row < bottom; row++) {
      part.set(data.subarray(row * width + left, row * width + right), (row - top) * (right - left));
    }
    part.sort();
    const [low, middle, high] = [0.04, 0.5, 0.96].map(share => quantile(part, share));
    return middle - low - (high - middle);
  });
}
