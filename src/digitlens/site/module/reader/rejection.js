/** The reasons why a line is not accepted, each with a sentence and a place to look at. */

import { doubted } from "../types.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("../digitlens.js").Doubt} Doubt */
/** @typedef {import("../digitlens.js").Line} Line */
/** @typedef {import("../digitlens.js").Reason} Reason */
/** @typedef {import("./acceptance.js").LineEvidence} LineEvidence */

export const LEAST_SURE = "This glyph is the least sure of its line.";

/** A doubt, as readings have it. @param {Reason} reason @param {string} message @param {Box} box @returns {Doubt} */
export const doubt = (reason, message, box) => ({ reason, message, box });

/** The reason that weighs most against a line, in a sentence, and the candidate to look at.
 * @param {LineEvidence} evidence @returns {{ reason: Reason, message: string, row: number }} */
export function why({ features, cut, missed, weakest }) {
  if (cut !== null) return { reason: "incomplete", message: "The picture's edge may cut this glyph.", row: cut };
  if (missed !== null && Math.max(features.missed, features.other) > -features.weakest) {
    return { reason: "incomplete", message: "Writing beside the line was not read: look at the box.", row: missed };
  }
  return { reason: "unsure", message: LEAST_SURE, row: weakest };
}

/** The line of one glyph, what is doubted of it with that glyph's own box. @param {Line} line */
export const aboutItsGlyph = line =>
  doubted(line, line.doubts.map(one => (one.reason === "unsure" ? { ...one, box: line.box } : one)));
