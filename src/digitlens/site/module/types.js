/** What a reading is: the very JSON that `digitlens read --json` and `digitlens classify --json` print. */

import { around } from "./imaging/boxes.js";

/**
 * @typedef {import("./imaging/pixels.js").Box} Box
 * @typedef {import("./digitlens.js").Doubt} Doubt
 * @typedef {import("./digitlens.js").Glyph} Glyph
 * @typedef {import("./digitlens.js").Line} Line
 * @typedef {import("./digitlens.js").Reading} Reading
 * @typedef {import("./digitlens.js").Reason} Reason
 */

const OPERATORS = new Set("+×÷=()"); // signs that end a number wherever they stand

/** To six places. @param {number} value */
const places = value => Math.round(value * 1e6) / 1e6;

/** Whether a label is a letter or a digit. @param {string} label */
const isAlphanumeric = label => /^[\p{L}\p{N}]+$/u.test(label);

/**
 * @param {{ label: string, confidence: number, digitScore: number, box: Box, reason: Reason | null,
 *   chances: [string, number][], frame: Uint8ClampedArray | null }} seen `frame`: what the glyph network saw, 28x28
 * @returns {Glyph}
 */
export function glyphOf({ label, confidence, digitScore, box, reason, chances, frame }) {
  const top = [...chances].sort((a, b) => b[1] - a[1]).slice(0, 3);
  return withFrame({
    label,
    confidence: places(confidence),
    digit_score: places(digitScore),
    box,
    accepted: reason === null,
    reason,
    top: top.map(([name, chance]) => /** @type {[string, number]} */ ([name, places(chance)])),
  }, frame);
}

/**
 * A line of glyphs.
 * @param {Glyph[]} glyphs from left to right, one at least
 * @param {number[]} gaps the places of glyphs before which the writer left a gap between numbers
 * @param {Doubt[]} doubts
 * @returns {Line}
 */
export function lineOf(glyphs, gaps = [], doubts = []) {
  const cuts = [0, ...gaps, glyphs.length], groups = cuts.slice(1).map((end, i) => glyphs.slice(cuts[i], end));
  return {
    text: groups.map(group => group.map(({ label }) => label).join("")).join(" "),
    box: around(glyphs.map(({ box }) => box)),
    accepted: !doubts.length && glyphs.every(({ accepted }) => accepted),
    numbers: groups.flatMap(betweenOperators).map(part => ({
      text: part.map(({ label }) => label).join(""),
      box: around(part.map(({ box }) => box)),
      confidence: places(part.reduce((product, { confidence }) => product * confidence, 1)),
      accepted: !doubts.length && part.every(({ accepted }) => accepted),
    })),
    glyphs,
    doubts,
  };
}

/** The same line, doubted. @param {Line} line @param {Doubt[]} doubts @returns {Line} */
export const doubted = (line, doubts) => ({
  ...line,
  accepted: line.accepted && !doubts.length,
  numbers: line.numbers.map(number => ({ ...number, accepted: number.accepted && !doubts.length })),
  doubts,
});

/** The same line, right as a whole: what was only unsure of it, its glyphs' verdicts, is accepted. @param {Line} line @returns {Line} */
export const assured = line => ({
  ...line,
  accepted: true,
  numbers: line.numbers.map(number => ({ ...number, accepted: true })),
  glyphs: line.glyphs.map(glyph => withFrame({ ...glyph, accepted: true, reason: null }, glyph.frame)),
});

/** A glyph with what the network saw of it, which is not in the JSON.
 * @param {Omit<Glyph, "frame">} glyph @param {Uint8ClampedArray | null} frame */
const withFrame = (glyph, frame) => /** @type {Glyph} */ (Object.defineProperty(glyph, "frame", { value: frame }));

/**
 * A reading of a picture.
 * @param {string} model
 * @param {Line[]} lines
 * @param {Doubt[]} doubts about the whole
 * @param {number} ms
 * @returns {Reading}
 */
export function readingOf(model, lines, doubts, ms) {
  const glyphs = lines.flatMap(line => line.glyphs), all = [...doubts, ...lines.flatMap(line => line.doubts)];
  const reasons = [...all, ...glyphs].flatMap(({ reason }) => (reason === null ? [] : [reason]));
  return {
    file: null,
    page: 1,
    text: lines.map(({ text }) => text).join("\n"),
    accepted: glyphs.length > 0 && !doubts.length && lines.every(({ accepted }) => accepted),
    reason: reasons[0] ?? (glyphs.length ? null : "blank"),
    model,
    ms: Math.round(ms * 1e3) / 1e3,
    lines,
    doubts,
  };
}

/** The numbers and words of a group: what stands together, operators left out. @param {Glyph[]} group @returns {Glyph[][]} */
function betweenOperators(group) {
  /** @type {Glyph[][]} */
  const parts = [[]];
  for (const glyph of group) {
    if (OPERATORS.has(glyph.label)) parts.push([]);
    else parts[parts.length - 1].push(glyph);
  }
  return parts.filter(part => part.some(({ label }) => isAlphanumeric(label)));
}
