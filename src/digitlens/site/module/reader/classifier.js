/** What the glyph network makes of framed glyphs, in the alphabet that is read. */

import { views } from "../imaging/views.js";
import { pooled } from "../model/calibrate.js";

/** @typedef {import("../imaging/pixels.js").Gray} Gray */
/** @typedef {import("../model/calibrate.js").Verdict} Verdict */

const SECOND_LOOK = 0.9; // glyphs that read less well are looked at in other ways too

export class Classifier {
  /**
   * @param {import("../model/session.js").GlyphNetwork} network
   * @param {import("../model/alphabet.js").Alphabet} alphabet
   */
  constructor(network, alphabet) {
    this.network = network;
    this.alphabet = alphabet;
  }

  /**
   * What the network makes of framed glyphs; those that don't read well are looked at in other ways too, and the mean
   * opinion counts.
   * @param {Gray[]} frames one at least
   * @param {import("../model/calibrate.js").Threshold} least from where on a glyph is accepted
   * @returns {Promise<Verdict[]>}
   */
  async verdicts(frames, least) {
    const { calibration } = this.alphabet, logits = await this.logits(frames);
    const verdicts = logits.map(one => calibration.judge(one, least));
    const doubtful = verdicts.flatMap(({ probabilities, digitScore }, i) =>
      Math.max(...probabilities) * digitScore < SECOND_LOOK ? [i] : [],
    );
    if (!doubtful.length) return verdicts;
    const ways = doubtful.map(i => views(frames[i])), looks = await this.logits(ways.flat()), each = ways[0].length;
    doubtful.forEach((i, k) => {
      const again = looks.slice(k * each, (k + 1) * each);
      verdicts[i] = calibration.judge(pooled([logits[i], ...again]), least);
    });
    return verdicts;
  }

  /** @param {Gray[]} frames */
  async logits(frames) {
    return (await this.network.logits(frames)).map(row => this.alphabet.restrict(row));
  }
}
