/** The width of a glyph's strokes, and glyphs written too thinly made as thick as those that a network has learnt. */

/** @typedef {import("../imaging/pixels.js").Gray} Gray */

/** The level at a place; 0 beyond the frame. @param {Gray} frame @param {number} x @param {number} y */
const level = ({ data, width, height }, x, y) => (x >= 0 && y >= 0 && x < width && y < height ? data[y * width + x] : 0);

/** Something of each pixel of a frame. @template T @param {Gray} frame @param {(x: number, y: number) => T} told @returns {T[]} */
const each = (frame, told) => Array.from(frame.data, (_, i) => told(i % frame.width, Math.floor(i / frame.width)));

/** The mean width of a framed glyph's strokes, white on black, in pixels; 0 of a black one. @param {Gray} frame */
export function strokeWidth(frame) {
  const outline = each(frame, (x, y) => {
    const here = level(frame, x, y);
    return Math.sqrt((level(frame, x + 1, y) - here) ** 2 + (level(frame, x, y + 1) - here) ** 2);
  });
  const sum = (/** @type {Iterable<number>} */ values) => Array.from(values).reduce((a, b) => a + b, 0);
  return 2 * sum(frame.data) / Math.max(sum(outline), 1);
}

/** The frame, its strokes thickened where they are thinner than so many pixels. @param {Gray} frame @param {number} least @returns {Gray} */
export function atLeastAsThick(frame, least) {
  if (!least) return frame;
  const strength = Math.min((least - strokeWidth(frame)) / 2, 1);
  if (strength <= 0) return frame;
  const beside = [-1, 0, 1].flatMap(dy => [-1, 0, 1].map(dx => [dx, dy]));
  const dilated = each(frame, (x, y) => Math.max(...beside.map(([dx, dy]) => level(frame, x + dx, y + dy))));
  const data = Uint8ClampedArray.from(frame.data, (own, i) => Math.max(own, Math.floor(dilated[i] * strength + 0.5)));
  return { ...frame, data };
}
