/** Transparent parts made into paper. */

import { median, quantile } from "./pixels.js";

const VISIBLE = 128; // alpha from which a pixel belongs to the picture rather than to its edge
const ONE_COLOUR = 64; // an opaque part whose grey values spread less than this is ink alone

/**
 * Lay a picture with transparency on paper: black or white, whichever stands out from ink that is alone; that of the
 * picture where it holds its own.
 * @param {Uint8ClampedArray} rgba
 * @returns {Uint8ClampedArray} red, green and blue
 */
export function flattened(rgba) {
  const count = rgba.length / 4, made = new Uint8ClampedArray(count * 3);
  const paper = paperFor(rgba);
  if (!paper) {
    for (let i = 0, j = 0; i < rgba.length; i += 4, j += 3) {
      made[j] = rgba[i];
      made[j + 1] = rgba[i + 1];
      made[j + 2] = rgba[i + 2];
    }
    return made;
  }
  for (let i = 0; i < count; i++) {
    const opacity = rgba[4 * i + 3] / 255;
    for (let k = 0; k < 3; k++) {
      made[3 * i + k] = opacity === 1 ? rgba[4 * i + k] : paper[k] + (rgba[4 * i + k] - paper[k]) * opacity;
    }
  }
  return made;
}

/** The colour of the paper; null where nothing is transparent. @param {Uint8ClampedArray} rgba @returns {number[] | null} */
function paperFor(rgba) {
  const count = rgba.length / 4;
  let least = 255, most = 0, visible = 0;
  for (let i = 3; i < rgba.length; i += 4) {
    if (rgba[i] < least) least = rgba[i];
    if (rgba[i] > most) most = rgba[i];
    if (rgba[i] >= VISIBLE) visible++;
  }
  if (least === 255) return null;
  if (most === 0) return [255, 255, 255];
  const places = [];
  for (let i = 0; i < count; i++) if (rgba[4 * i + 3] >= (most >= VISIBLE ? VISIBLE : 1)) places.push(4 * i);
  const step = 1 + Math.floor(places.length / 4096), told = places.filter((_, i) => i % step === 0);
  const levels = Float64Array.from(told, i => (rgba[i] + rgba[i + 1] + rgba[i + 2]) / 3).sort();
  if (visible / count < 0.5 || quantile(levels, 0.95) - quantile(levels, 0.05) < ONE_COLOUR) {
    const tone = levels.reduce((sum, level) => sum + level, 0) / levels.length < 128 ? 255 : 0;
    return [tone, tone, tone];
  }
  return [0, 1, 2].map(k => median(told.map(i => rgba[i + k])));
}
