/** Two classes of grey levels (Otsu, 1979). */

/** @typedef {import("./pixels.js").Gray} Gray */

const LEAST = 1.1920929e-7; // of all pixels: a class of fewer is none, as OpenCV has it

/**
 * Otsu's threshold: the share of the variance it explains, 0 to 1, and where the lighter class is.
 * @param {Gray} grey
 * @returns {[number, Uint8Array]}
 */
export function twoClasses({ data }) {
  const threshold = otsu(data), light = new Uint8Array(data.length);
  let count = 0, bright = 0, all = 0, squares = 0;
  for (let i = 0; i < data.length; i++) {
    const level = data[i];
    all += level;
    squares += level * level;
    if (level <= threshold) continue;
    light[i] = 1;
    count++;
    bright += level;
  }
  const size = data.length, share = count / size;
  if (share === 0 || share === 1) return [1, light];
  const between = share * (1 - share) * (bright / count - (all - bright) / (size - count)) ** 2;
  return [between / (squares / size - (all / size) ** 2), light];
}

/** The threshold that parts levels best. @param {Uint8ClampedArray} data */
export function otsu(data) {
  const counts = new Float64Array(256);
  for (let i = 0; i < data.length; i++) counts[data[i]]++;
  const all = counts.reduce((sum, count, level) => sum + level * count, 0) / data.length;
  let below = 0, share = 0, most = 0, best = 0;
  for (let level = 0; level < 256; level++) {
    const here = counts[level] / data.length;
    below *= share;
    share += here;
    const rest = 1 - share;
    if (Math.min(share, rest) < LEAST || Math.max(share, rest) > 1 - LEAST) continue;
    below = (below + level * here) / share;
    const above = (all - share * below) / rest, between = share * rest * (below - above) ** 2;
    if (between > most) [most, best] = [between, level];
  }
  return best;
}
