/** An alphabet to read by: some of a network's labels, the others being no answer or none but a look-alike's. */

import { Calibration, energy } from "./calibrate.js";

const DIGITS = "0123456789", UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", LOWER = UPPER.toLowerCase();

/** Alphabets that have a name; any other is given by its characters. @type {Record<string, string>} */
export const ALPHABETS = { alnum: DIGITS + UPPER + LOWER, digits: DIGITS, letters: UPPER + LOWER, lower: LOWER, upper: UPPER };

/** Characters that no glyph network is asked about: the page network names them. */
export const SIGNS = "+-×÷=().,/:%$€£";

/** The characters of an alphabet given by name or by themselves, each once. @param {string} alphabet */
function characters(alphabet) {
  const found = [...new Set(ALPHABETS[alphabet] ?? alphabet)];
  if (!found.length || found.some(character => /\s/u.test(character))) {
    throw new RangeError(`alphabet is "${alphabet}"; it must be one of ${Object.keys(ALPHABETS).join(", ")}, or characters, no blanks`);
  }
  return found;
}

/** The signs that are read: where no alphabet is given, all. @param {string | null} alphabet @returns {Set<string>} */
export function signsOf(alphabet) {
  const wanted = alphabet === null ? null : characters(alphabet);
  return new Set([...SIGNS].filter(sign => wanted?.includes(sign) ?? true));
}

/** How the logits of a network tell the labels of an alphabet apart. */
export class Alphabet {
  /**
   * @param {import("./session.js").GlyphCard} card
   * @param {string | null} wanted an alphabet by name or by its characters; null for the network's own
   * @throws {RangeError} the network lacks a label of it
   */
  constructor(card, wanted) {
    const asked = wanted === null ? card.labels : characters(wanted).filter(one => !SIGNS.includes(one));
    const missing = asked.filter(label => !card.labels.includes(label));
    if (!asked.length) throw new RangeError(`alphabet is "${wanted}", which is signs alone; it needs a digit or a letter too`);
    if (missing.length) {
      throw new RangeError(`The network does not read ${missing.join("")}: it reads ${card.labels.join("")}. Leave these out of the alphabet.`);
    }
    /** Those read, in the order of the network's. */
    this.labels = card.labels.filter(label => asked.includes(label));
    const neutral = new Set(this.labels.flatMap(label => [...(card.alike[label] ?? "")]));
    this.columns = this.labels.map(label => card.labels.indexOf(label));
    this.against = card.labels.flatMap((label, i) => (this.labels.includes(label) || neutral.has(label) ? [] : [i]));
    if (card.calibration.other) this.against.push(card.labels.length);
    const own = Object.keys(card.alphabets).find(name => sameSet([...(ALPHABETS[name] ?? "")], this.labels));
    const fitted = own ? card.alphabets[own] : card.calibration;
    const among = this.labels.map(label => this.labels.flatMap((other, i) => ((card.alike[label] ?? "").includes(other) ? [i] : [])));
    const alike = among.some(({ length }) => length) ? among : [];
    this.calibration = new Calibration({ ...fitted, alike });
  }

  /**
   * The logits of the labels and, where the network has a class for it, of all that speaks against them.
   * @param {ArrayLike<number>} logits of all the network's labels
   * @returns {ArrayLike<number>}
   */
  restrict(logits) {
    const { other } = this.calibration;
    if (this.columns.length + Number(other) === logits.length) return logits;
    const kept = this.columns.map(column => logits[column]);
    return other ? [...kept, energy(this.against.map(column => logits[column]))] : kept;
  }
}

/** @param {string[]} one @param {string[]} other */
const sameSet = (one, other) => one.length === other.length && one.every(value => other.includes(value));
