/** From logits to what may be said: calibrated probabilities, a digit score, and what to accept. */

import { acceptingThreshold } from "./risk.js";

/** @typedef {ArrayLike<number>} Logits Of the labels of an alphabet and, where the network has a class for it, of all else. */

/**
 * @typedef {object} Verdict What may be said of a glyph.
 * @property {number[]} probabilities calibrated, of each label
 * @property {number} digitScore how surely it is a glyph of the alphabet, 0 to 1
 * @property {boolean} known whether it may count as one
 * @property {boolean} sure whether it is sure enough for the error rate wanted
 */

/**
 * @typedef {object} Threshold From where on a glyph is accepted.
 * @property {number} score the lowest acceptance score
 * @property {number} share the lowest probability of a label among those of it and its look-alikes
 */

/** Probabilities from logits. @param {Logits} logits @returns {number[]} */
export function softmax(logits) {
  const top = Math.max(...Array.from(logits)), shifted = Array.from(logits, logit => Math.exp(logit - top));
  const sum = shifted.reduce((a, b) => a + b, 0);
  return shifted.map(value => value / sum);
}

/** The log of the summed exponentials of logits. @param {Logits} logits */
export function energy(logits) {
  const top = Math.max(...Array.from(logits));
  return top + Math.log(Array.from(logits).reduce((sum, logit) => sum + Math.exp(logit - top), 0));
}

/** Logits of the mean opinion of several looks: mean probabilities, at the mean energy. @param {Logits[]} looks @returns {number[]} */
export function pooled(looks) {
  const opinions = looks.map(softmax), level = looks.reduce((sum, look) => sum + energy(look), 0) / looks.length;
  return opinions[0].map((_, k) => Math.log(opinions.reduce((sum, one) => sum + one[k], 0) / looks.length + 1e-12) + level);
}

/** A probability where what it is of is so many times as likely, against the rest. @param {number} chance @param {number} odds */
const atOdds = (chance, odds) => chance * odds / (1 - chance + chance * odds);

/** 1 / (1 + exp(-x)) without overflow. @param {number} x */
export const logistic = x => 0.5 * (1 + Math.tanh(0.5 * x));

/** What was fitted for one network, as its card has it. */
export class Calibration {
  /**
   * @param {{ temperature: number, digit_slope: number, digit_offset: number, digit_threshold: number,
   *   risk: import("./risk.js").RiskStep[], other?: boolean, alike?: number[][], prior_odds?: number }} fitted
   */
  constructor(fitted) {
    /** Of each label, the look-alikes that the risk counts as one with it. */
    this.alike = fitted.alike ?? [];
    this.temperature = fitted.temperature;
    this.slope = fitted.digit_slope;
    this.offset = fitted.digit_offset;
    this.digitThreshold = fitted.digit_threshold;
    this.risk = fitted.risk;
    this.other = fitted.other ?? false;
    /** How many glyphs of the alphabet come on one that is none where the risk was bound. */
    this.priorOdds = fitted.prior_odds ?? 1;
  }

  /**
   * The surety from which on errors among accepted glyphs keep to a rate, look-alikes counted as one; and how surely it has
   * to be the label among these.
   * @param {number} maxError @returns {Threshold}
   */
  threshold(maxError) {
    return { score: acceptingThreshold(this.risk, maxError), share: this.alike.length ? 1 - maxError : 0 };
  }

  /** All that may be said of a glyph's logits. @param {Logits} logits @param {Threshold} least @returns {Verdict} */
  judge(logits, least) {
    const labels = this.other ? Array.from(logits).slice(0, -1) : Array.from(logits);
    const evidence = energy(labels) - (this.other ? logits[logits.length - 1] : 0);
    const digitScore = logistic(this.slope * evidence + this.offset);
    const probabilities = softmax(labels.map(logit => logit / this.temperature));
    const sure = this.enough(probabilities, digitScore, least);
    return { probabilities, digitScore, known: digitScore >= this.digitThreshold, sure };
  }

  /** Whether probabilities of the labels and a digit score are enough for a threshold.
   * @param {number[]} probabilities @param {number} digitScore @param {Threshold} least */
  enough(probabilities, digitScore, least) {
    const confidence = Math.max(...probabilities), others = this.alike[probabilities.indexOf(confidence)] ?? [];
    const together = others.reduce((sum, other) => sum + probabilities[other], confidence);
    const score = this.other ? together * atOdds(digitScore, this.priorOdds) : together;
    return confidence >= least.share * together && score >= least.score;
  }
}
