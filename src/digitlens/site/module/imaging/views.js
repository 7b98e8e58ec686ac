/** Other ways to look at a framed glyph: narrower, wider, turned a little to either side. */

import { CENTRE, GLYPH_SIDE, inkBox } from "./framing.js";
import { centreOfMass, inverse, warp } from "./warp.js";

/** Width against height, and degrees clockwise. */
const WAYS = [[0.78, 0], [1.25, 0], [1, 9], [1, -9]];
const LARGEST = 1.25; // times by which a view may enlarge

/**
 * A framed glyph seen in other ways, each framed again.
 * @param {import("./pixels.js").Gray} frame
 * @returns {import("./pixels.js").Gray[]}
 */
export function views(frame) {
  const [, , w, h] = inkBox(frame);
  if (!w) return WAYS.map(() => frame);
  const [x, y] = centreOfMass(frame);
  return WAYS.map(([wide, degrees]) => {
    const angle = (degrees * Math.PI) / 180, c = Math.cos(angle), s = Math.sin(angle);
    const turn = [[wide * c, -s], [wide * s, c]];
    const longest = Math.max(...turn.map(([along, across]) => Math.abs(along) * w + Math.abs(across) * h));
    const scale = Math.min(LARGEST, GLYPH_SIDE / longest);
    const there = turn.map(([along, across]) => {
      const a = scale * along, b = scale * across;
      return [a, b, CENTRE - a * x - b * y];
    });
    const back = inverse(/** @type {import("./warp.js").Matrix} */ (/** @type {unknown} */ (there)));
    return warp(frame, back, frame.width, frame.height, false);
  });
}
