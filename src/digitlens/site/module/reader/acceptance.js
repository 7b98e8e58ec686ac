/** Acceptance of whole lines and pages: what speaks against them, and where to look. */

import { smallerOverlap } from "../imaging/boxes.js";
import { argmax, median } from "../imaging/pixels.js";
import { acceptingThreshold, measuredThreshold } from "../model/risk.js";
import { unread } from "./page.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./recognize.js").Candidate} Candidate */

const BESIDE = 1.5; // heights of a glyph to either side of a line within which ink belongs to it
const AT_EDGE = 0.04; // heights of a glyph from a picture's edge within which one may be cut by it
const FARTHEST_HEARD = -15; // nats by which the line network speaks against a line at most
const NOTHING = -10; // log-odds that stand for no such thing

/**
 * @typedef {object} Thresholds The lowest confidences that keep errors among what is accepted to the rate wanted.
 * @property {number} glyph
 * @property {number} line
 * @property {number} page
 *
 * @typedef {object} LineEvidence What speaks for and against a line as it was read.
 * @property {Record<string, number>} features
 * @property {number | null} missed the candidate beside it that looks most like a glyph or other writing
 * @property {number | null} cut the glyph that the picture's edge may cut
 * @property {number} weakest the glyph that is least sure
 */

/**
 * Those that promise an error rate of at most `maxError`. Where none can promise it for whole lines or pages, that is
 * taken from which no more than `whole_error` times as many are expected to be wrong.
 * @param {import("../model/pageconfig.js").PageConfig} config
 * @param {number} maxError
 * @returns {Thresholds}
 */
export function thresholds(config, maxError) {
  const wholeError = maxError * config.whole_error;
  const [line, page] = [config.line_risk, config.page_risk].map(risk => {
    const promised = acceptingThreshold(risk, maxError);
    return promised < Infinity ? promised : measuredThreshold(risk, wholeError);
  });
  return { glyph: acceptingThreshold(config.glyph_risk, maxError), line, page };
}

/**
 * Gather the evidence of a line of a page.
 * @param {Page} page
 * @param {import("./page.js").TextLine} line
 * @param {number} other the column of other writing among the heat maps
 * @param {string[]} text the label of each glyph that is read
 * @returns {LineEvidence}
 */
export function lineEvidence(page, line, other, text) {
  const { candidates } = page, read = line.taken.map(row => candidates[row]);
  const confidences = read.map(({ confidence }) => confidence), least = Math.min(...confidences);
  const digits = read.filter(({ sign }) => sign === null), tall = digits.map(({ box }) => box[3]);
  const height = tall.length ? median(tall) : page.layout.height;
  const { row: missed, heat, writing } = missedBeside(candidates, line.taken, height, other);
  const cut = line.taken.find(row => isCut(candidates[row].box, page.pixels, height)) ?? null;
  const together = confidences.reduce((sum, one) => sum + Math.log(Math.max(one, 1e-6)), 0);
  const heard = line.heard && Math.max(FARTHEST_HEARD, line.heard.likelihood(text));
  const features = {
    weakest: Math.log(Math.max(least, 1e-6) / Math.max(1 - least, 1e-6)),
    together,
    together_odds: oddsOf(together),
    margin: Math.min(line.margin, 10),
    missed: heat,
    other: writing,
    cut: Number(cut !== null),
    differ: digits.filter(one => argmax(one.probabilities) !== argmax(one.glyphProbabilities)).length,
    signs: read.length - digits.length,
    few: 1 / read.length,
    small: Math.max(0, Math.log(20 / Math.max(height, 1))),
    heard: heard ?? 0,
    heard_odds: heard === null ? 0 : oddsOf(heard),
    heard_other: line.heard ? boundedLogit(line.heard.other) : NOTHING,
  };
  return { features, missed, cut, weakest: line.taken[confidences.indexOf(least)] };
}

/**
 * Sum up a page.
 * @param {Page} page with one line at least
 * @param {LineEvidence[]} lines
 * @param {number[]} logOdds that each is right, nats
 * @param {number} other the column of other writing among the heat maps
 * @returns {{ features: Record<string, number>, left: number | null }} and the candidate on no line that looks most
 *   like a glyph
 */
export function pageFeatures(page, lines, logOdds, other) {
  const free = unread(page), heat = free.map(row => withoutOther(page.candidates[row].heat, other));
  const features = {
    weakest: Math.min(...logOdds),
    together: logOdds.reduce((sum, odds) => sum + Math.log(Math.max(1 / (1 + Math.exp(-odds)), 1e-6)), 0),
    missed: Math.max(...lines.map(line => line.features.missed)),
    other: Math.max(...lines.map(line => line.features.other)),
    unread: boundedLogit(Math.max(0, ...heat)),
    lines: Math.log(lines.length),
    crowded: Math.log(1 + page.candidates.length),
  };
  return { features, left: free.length ? free[argmax(heat)] : null };
}

/** The likeliest glyph beside those read, the log-odds of its heat, and those of other writing there.
 * @param {Candidate[]} candidates @param {number[]} rows @param {number} height @param {number} other */
function missedBeside(candidates, rows, height, other) {
  const read = rows.map(row => candidates[row].box), middles = read.map(([x, , w]) => x + w / 2);
  const left = Math.min(...read.map(box => box[0])) - BESIDE * height;
  const right = Math.max(...read.map(box => box[0] + box[2])) + BESIDE * height;
  const near = candidates.flatMap(({ box }, row) => {
    const across = box[0] + box[2] / 2, down = box[1] + box[3] / 2;
    if (rows.includes(row) || across < left || across > right) return [];
    const beside = read[argmax(middles.map(middle => -Math.abs(middle - across)))];
    if (Math.abs(down - beside[1] - beside[3] / 2) > Math.max(beside[3], height) / 2) return [];
    return read.every(one => smallerOverlap(box, one) < 0.5) ? [row] : [];
  });
  if (!near.length) return { row: null, heat: NOTHING, writing: NOTHING };
  const glyphs = near.map(row => withoutOther(candidates[row].heat, other)), writing = near.map(row => candidates[row].heat[other]);
  const most = argmax(near.map((_, i) => Math.max(glyphs[i], writing[i])));
  return { row: near[most], heat: boundedLogit(Math.max(...glyphs)), writing: boundedLogit(Math.max(...writing)) };
}

/** Whether a glyph touches the edge of the picture. @param {Box} box @param {{ width: number, height: number }} size @param {number} height */
function isCut([x, y, w, h], size, height) {
  const slack = Math.max(1, AT_EDGE * height);
  return x <= slack || y <= slack || x + w >= size.width - slack || y + h >= size.height - slack;
}

/** The greatest heat of any label but other writing. @param {Float32Array} heat @param {number} other */
const withoutOther = (heat, other) => heat.reduce((most, one, i) => (i === other ? most : Math.max(most, one)), 0);

/** The log-odds of what has that logarithm of its probability. @param {number} likelihood */
const oddsOf = likelihood =>
  Math.max(NOTHING, Math.min(likelihood - Math.log(-Math.expm1(Math.min(likelihood, -1e-9))), -NOTHING));

/** @param {number} p */
const boundedLogit = p => Math.max(NOTHING, Math.log(Math.max(p, 1e-5) / Math.max(1 - p, 1e-5)));
