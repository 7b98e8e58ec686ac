/** A second witness of every line: the line network, which reads it as a whole and knows of no boxes. */

import { textStrip } from "../imaging/strip.js";
import { median } from "../imaging/pixels.js";
import { energy } from "../model/calibrate.js";
import { labelLikelihoods, logLikelihood } from "../model/ctc.js";
import { OTHER_WRITING } from "../model/pages.js";

/** @typedef {import("../imaging/pixels.js").Box} Box */

const BEYOND = 1.5; // heights of a glyph that the witness sees beyond the outer glyphs of a line
const BLANK = 0.999; // the probability of no label from which, of several such steps in a row, one is enough
const LONGEST = 120; // glyphs of a line, and not more, on which the witness is asked for every label of each

/** What the witness says of a line. */
export class Heard {
  /**
   * @param {string[]} labels of the columns of `probabilities`
   * @param {number[][]} probabilities of the labels and of none at each step, other writing counted as none
   * @param {number} other the greatest probability of other writing at any step
   */
  constructor(labels, probabilities, other) {
    this.labels = labels;
    this.probabilities = probabilities;
    this.other = other;
  }

  /** The logarithm of the probability of labels, one behind the other. @param {string[]} text */
  likelihood(text) {
    return logLikelihood(this.probabilities, this.rowsOf(text));
  }

  /**
   * The logarithms of the probability of each of `labels` in the place of each of `text`; of each place they sum to 1.
   * Of lines longer than `LONGEST` it has no opinion: all are the same.
   * @param {string[]} text
   * @param {string[]} labels
   * @returns {number[][]}
   */
  opinions(text, labels) {
    if (text.length > LONGEST) return text.map(() => new Array(labels.length).fill(-Math.log(labels.length)));
    const columns = this.rowsOf(labels);
    return labelLikelihoods(this.probabilities, this.rowsOf(text)).map(row => {
      const asked = columns.map(column => row[column]), all = energy(asked);
      return asked.map(one => one - all);
    });
  }

  /** @param {string[]} text */
  rowsOf(text) {
    return text.map(label => this.labels.indexOf(label));
  }
}

/** Reads lines where they were found. */
export class Witness {
  /** @param {import("../model/lines.js").LineNetwork} network */
  constructor(network) {
    this.network = network;
  }

  /** Whether a network of some labels can be asked about all of others. @param {string[]} known @param {string[]} labels */
  static knows(known, labels) {
    return labels.every(label => label !== OTHER_WRITING && known.includes(label));
  }

  /**
   * Read a line.
   * @param {import("./detect.js").Found} found the look at the page that the line was found in
   * @param {Box[]} boxes of the glyphs on the line, from left to right, in pixels of the page, one at least
   * @returns {Promise<Heard>}
   */
  async hear({ contrast, scale }, boxes) {
    const seen = boxes.map(box => /** @type {Box} */ (box.map(side => side * scale)));
    const steps = await this.network.probabilities(textStrip(contrast, seen, usualHeight(seen), BEYOND));
    const { labels } = this.network, column = labels.indexOf(OTHER_WRITING), none = labels.length;
    const others = steps.map(step => step[column]);
    const merged = steps.map(step => step.map((p, k) => (k === column ? 0 : k === none ? p + step[column] : p)));
    const kept = merged.flatMap((step, i) => (i && Math.min(step[none], merged[i - 1][none]) >= BLANK ? [] : [i]));
    return new Heard(labels, kept.map(i => merged[i]), Math.max(...kept.map(i => others[i])));
  }
}

/** The median height of glyphs, points and dashes left out if there are higher ones. @param {Box[]} boxes */
function usualHeight(boxes) {
  const heights = boxes.map(box => box[3]), least = Math.max(...heights) / 2;
  return median(heights.filter(height => height >= least));
}
