/** Two opinions of every candidate on a page, the page network's and the glyph network's, combined into one. */

import { intersection } from "../imaging/boxes.js";
import { darkInkVotes, frameBox } from "../imaging/crops.js";
import { FRAME_SIDE } from "../imaging/framing.js";
import { argmax, blank, largest, median, rint } from "../imaging/pixels.js";
import { shrinkTo } from "../imaging/resize.js";
import { SIGNS } from "../model/alphabet.js";
import { softmax } from "../model/calibrate.js";
import { logOdds } from "../model/pageconfig.js";
import { OTHER_WRITING } from "../model/pages.js";
import { hasCases, heightOdds } from "./case.js";
import { usualHeight } from "./detect.js";
import { isMixed, kindOdds } from "./neighbours.js";
import { WITHIN, withStrokes } from "./strokes.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */
/** @typedef {import("../imaging/pixels.js").Gray} Gray */
/** @typedef {import("../imaging/pixels.js").Pixels} Pixels */
/** @typedef {import("./detect.js").Found} Found */

const FLOOR = 1e-4; // what a heat or a probability counts at least
const FINE = 44; // pixels of a glyph that are enough to frame it: it is made 20 pixels long
const NEVER = -30; // log-odds of what is a sign, or a part of a letter, that is left out
const SURELY = 0.5; // heat from which a sign is not shown to the glyph network

/**
 * @typedef {object} Candidate What may be a glyph of a page.
 * @property {Box} box in pixels of the page
 * @property {Float32Array} heat of the page network
 * @property {number[]} probabilities of the labels of the alphabet, both opinions combined
 * @property {number} logOdds that it is a glyph to be read, nats
 * @property {string | null} sign what it is where it is a sign
 * @property {Gray} frame what the glyph network saw of it; all black where nothing was framed
 * @property {number[]} glyphProbabilities of the glyph network alone
 * @property {boolean} whole whether its box is that of a whole component of ink
 * @property {number} confidence how surely it is a glyph, and one of its best label
 */

/** Asks both networks and combines what they say. */
export class Recognizer {
  /**
   * @param {import("./classifier.js").Classifier} classifier
   * @param {string[]} labels of the page network
   * @param {Set<string>} signs those that may be read
   * @param {import("../model/pageconfig.js").PageConfig} config
   * @param {import("../model/calibrate.js").Threshold} least
   */
  constructor(classifier, labels, signs, config, least) {
    this.classifier = classifier;
    this.config = config;
    this.least = least;
    this.alphabet = classifier.alphabet.labels;
    const maps = labels.map((label, i) => ({ label, i }));
    this.signs = maps.filter(({ label }) => signs.has(label));
    this.other = labels.indexOf(OTHER_WRITING);
    /** Whether the alphabet has labels that the page network knows only as other writing. */
    this.readsOther = this.alphabet.some(label => !labels.includes(label));
    this.leftOut = this.readsOther ? [] : maps.filter(({ label }) => label && SIGNS.includes(label) && !signs.has(label));
    this.maps = this.alphabet.map(label => labels.indexOf(label));
  }

  /**
   * Look at what was found on a page once more, and combine both opinions.
   * @param {Pixels} picture the page
   * @param {Found} looked
   * @returns {Promise<Candidate[]>}
   */
  async candidates(picture, looked) {
    const { found, whole } = this.readsOther ? withStrokes(looked) : { found: looked, whole: looked.detections.boxes.map(() => false) };
    const { boxes, heat, scores } = found.detections;
    for (let row = looked.detections.boxes.length; row < boxes.length; row++) { // a bar in it makes an E no minus
      this.signs.forEach(({ i }) => (heat[row][i] = 0));
      scores[row] = largest(heat[row]);
    }
    const signHeats = heat.map(row => Math.max(0, ...this.signs.map(({ i }) => row[i])));
    const frames = this.frames(picture, found, signHeats.map(most => most < SURELY));
    const opinions = await this.opinions(frames);
    const told = boxes.map((box, row) =>
      ({ ...this.combined(box, heat[row], signHeats[row], frames[row], opinions[row]), whole: whole[row] }));
    if (!this.readsOther) return told;
    const omitted = partsOrWholes(told);
    return told.map((one, row) => (omitted.has(row) ? weighed({ ...one, logOdds: NEVER }) : one));
  }

  /** The likeliest label, or the sign, of each of some candidates. @param {Candidate[]} candidates */
  labelsOf(candidates) {
    return candidates.map(({ sign, probabilities }) => sign ?? this.alphabet[argmax(probabilities)]);
  }

  /** How surely a detection of such heat is a glyph of the alphabet. @param {Float32Array} heat */
  named(heat) {
    return Math.max(...this.heatOfLabels(heat));
  }

  /** The heat of each label; of those without a map, that of writing of any kind. @param {Float32Array} heat */
  heatOfLabels(heat) {
    const any = largest(heat);
    return this.maps.map(column => (column < 0 ? any : heat[column]));
  }

  /**
   * @param {Box} box
   * @param {Float32Array} heat
   * @param {number} signHeat
   * @param {Gray} frame
   * @param {{ probabilities: number[], score: number }} glyph
   * @returns {Candidate}
   */
  combined(box, heat, signHeat, frame, { probabilities: opinion, score }) {
    const named = this.heatOfLabels(heat), { label_heat } = this.config;
    const labelGlyph = this.readsOther ? 1 : this.config.label_glyph;
    const probabilities = softmax(named.map((own, k) =>
      label_heat * Math.log(Math.max(own, FLOOR)) + labelGlyph * Math.log(Math.max(opinion[k], FLOOR))));
    const digitHeat = Math.max(...named), otherHeat = heat[this.other], refused = this.readsOther ? 0 : otherHeat;
    const features = {
      heat: logit(digitHeat),
      digit_score: score,
      agreement: Math.log(Math.max(opinion[argmax(probabilities)], FLOOR)),
      rival: logit(Math.max(refused, signHeat)),
    };
    const signFeatures = { heat: logit(signHeat), rival: logit(Math.max(otherHeat, digitHeat)) };
    const isSign = this.readsOther // a letter may be taken for a sign: then the glyph network has the word
      ? signHeat >= largest(heat) && (score < 0 || signHeat >= SURELY)
      : signHeat > Math.max(digitHeat, refused);
    const omitted = Math.max(0, ...this.leftOut.map(({ i }) => heat[i])) > Math.max(digitHeat, signHeat, refused);
    const glyphOdds = this.readsOther ? score : logOdds(this.config.glyph, features);
    const odds = isSign ? logOdds(this.config.sign, signFeatures) : glyphOdds;
    const sign = isSign && this.signs.length ? this.signs[argmax(this.signs.map(({ i }) => heat[i]))].label : null;
    return weighed({
      box, heat, frame, sign, probabilities, glyphProbabilities: opinion, logOdds: omitted ? NEVER : odds, whole: false,
      confidence: 0,
    });
  }

  /** @param {Pixels} picture @param {Found} found @param {boolean[]} asked */
  frames(picture, found, asked) {
    const { boxes } = found.detections, { page, scale } = fineEnough(picture, usualHeight(found));
    const dark = smoothed(darkInkVotes(found.contrast, boxes.map(box => scaled(box, found.scale))), boxes).map(vote => vote >= 0);
    return boxes.map((box, i) => (asked[i] ? frameBox(page, scaled(box, scale), dark[i]) : blank(FRAME_SIDE, FRAME_SIDE)));
  }

  /** The glyph network's probabilities, and the log-odds that each is a glyph at all. @param {Gray[]} frames */
  async opinions(frames) {
    const count = this.alphabet.length, seen = frames.filter(frame => largest(frame.data));
    const verdicts = seen.length ? await this.classifier.verdicts(seen, this.least) : [];
    const told = new Map(seen.map((frame, i) => [frame, verdicts[i]]));
    return frames.map(frame => {
      const verdict = told.get(frame);
      if (!verdict) return { probabilities: new Array(count).fill(1 / count), score: 0 };
      return { probabilities: verdict.probabilities, score: logit(verdict.digitScore) };
    });
  }

  /** Tell glyphs of like shapes apart by their heights, and by what stands beside them.
   * @param {Candidate[]} candidates @param {number[][]} lines */
  inContext(candidates, lines) {
    if (!isMixed(this.alphabet)) return candidates;
    const told = [...candidates], cased = hasCases(this.alphabet);
    for (const line of lines) {
      const rows = line.filter(row => candidates[row].sign === null && candidates[row].logOdds > 0);
      const read = rows.map(row => this.alphabet[argmax(candidates[row].probabilities)]);
      const heights = cased ? heightOdds(rows.map(row => candidates[row].box[3]), read, this.alphabet) : null;
      const chances = rows.map((row, i) => candidates[row].probabilities.map((chance, k) => chance * (heights?.[i][k] ?? 1)));
      const beside = kindOdds(chances, this.alphabet, this.classifier.network.card.alike);
      rows.forEach((row, i) => {
        told[row] = reweighed(candidates[row], beside[i].map((odds, k) => odds * (heights?.[i][k] ?? 1)));
      });
    }
    return told;
  }
}

/** The candidates that are left out: the parts of a component that is likelier a glyph than not, or than they are; or else it.
 * @param {Candidate[]} candidates */
function partsOrWholes(candidates) {
  const omitted = new Set();
  candidates.forEach((component, row) => {
    if (!component.whole) return;
    const parts = candidates.flatMap(({ box, whole }, i) =>
      (!whole && intersection(box, component.box) >= WITHIN * box[2] * box[3] ? [i] : []));
    if (!parts.length) return;
    const glyphs = parts.filter(i => candidates[i].sign === null); // parts taken for signs, as the bar of a T is, say nothing
    const mean = glyphs.reduce((sum, i) => sum + candidates[i].logOdds, 0) / Math.max(1, glyphs.length);
    for (const i of component.logOdds >= Math.min(0, mean) ? parts : [row]) omitted.add(i);
  });
  return omitted;
}

/** A candidate with what its odds and probabilities come to. @param {Candidate} candidate @returns {Candidate} */
function weighed(candidate) {
  const label = candidate.sign ? 1 : Math.max(...candidate.probabilities);
  return { ...candidate, confidence: label / (1 + Math.exp(-candidate.logOdds)) };
}

/** The same where something else speaks for the labels too. @param {Candidate} candidate @param {number[]} odds a factor for each label */
export function reweighed(candidate, odds) {
  const products = candidate.probabilities.map((chance, k) => chance * odds[k]);
  const sum = products.reduce((a, b) => a + b, 0);
  return weighed({ ...candidate, probabilities: products.map(product => product / sum) });
}

/** The page with its usual glyph `FINE` pixels high, if it is higher by far; and pixels of it for one.
 * @param {Pixels} picture @param {number} height of a usual glyph */
function fineEnough(picture, height) {
  const scale = FINE / Math.max(height, 1);
  if (scale > 0.75) return { page: picture, scale: 1 };
  return { page: shrinkTo(picture, rint(picture.width * scale), rint(picture.height * scale)), scale };
}

/** @param {Box} box @param {number} by @returns {Box} */
const scaled = ([x, y, w, h], by) => [x * by, y * by, w * by, h * by];

/** Each box's vote with those of its neighbours. @param {number[]} votes @param {Box[]} boxes */
function smoothed(votes, boxes) {
  const middles = boxes.map(([x, y, w, h]) => [x + w / 2, y + h / 2]);
  const reach = Math.max(boxes.length ? 3 * median(boxes.map(box => box[3])) : 1, 1e-6);
  return middles.map(([x, y]) => votes.reduce((sum, vote, i) => {
    const away = Math.hypot(middles[i][0] - x, middles[i][1] - y);
    return sum + Math.exp(-((away / reach) ** 2)) * vote;
  }, 0));
}

/** @param {number} p */
function logit(p) {
  const clipped = Math.min(Math.max(p, FLOOR), 1 - FLOOR);
  return Math.log(clipped / (1 - clipped));
}
