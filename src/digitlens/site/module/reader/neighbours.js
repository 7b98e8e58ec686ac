/** Characters of a like shape of different kinds, told apart by the kinds of those beside them. */

import { argmax } from "../imaging/pixels.js";

const SAME = 0.9; // share of characters whose nearest neighbours are of their kind
const BESIDE = 2; // neighbours to either side that are asked

/** Whether each label is a digit, a capital and a small letter. @param {string[]} labels */
export const kindsOf = labels => labels.map(label => {
  const letter = /^\p{L}$/u.test(label);
  return [/^\p{Nd}$/u.test(label), letter && label !== label.toLowerCase(), letter && label !== label.toUpperCase()];
});

/** Whether an alphabet has labels of more kinds than one. @param {string[]} labels */
export const isMixed = labels => [0, 1, 2].filter(kind => kindsOf(labels).some(one => one[kind])).length > 1;

/** The label of another kind that a glyph may be as well: likelier than all the others together; null for none.
 * @param {[string, number][]} top labels with their chances, best first */
export function twinOf([best, second]) {
  if (!second || kindsOf([best[0]]).join() === kindsOf([second[0]]).join()) return null;
  return second[1] > 1 - best[1] - second[1] ? second[0] : null;
}

/**
 * What the neighbours of characters on a line say for each label of each, 1 at most.
 * @param {number[][]} probabilities of the labels, from left to right
 * @param {string[]} labels
 * @param {Record<string, string>} alike label -> those of a like shape
 */
export function kindOdds(probabilities, labels, alike) {
  const kinds = kindsOf(labels), odds = probabilities.map(row => row.map(() => 1));
  const ofKind = probabilities.map(row => [0, 1, 2].map(kind => row.reduce((sum, chance, k) => sum + (kinds[k][kind] ? chance : 0), 0)));
  probabilities.forEach((own, row) => {
    const best = argmax(own), around = ofKind.filter((_, i) => i !== row && Math.abs(i - row) <= BESIDE);
    const rivals = labels.flatMap((label, k) => (k === best || (alike[labels[best]] ?? "").includes(label) ? [k] : []));
    if (!around.length || rivals.length < 2) return;
    const sums = [0, 1, 2].map(kind => around.reduce((sum, one) => sum + one[kind], 0) / around.length);
    const all = Math.max(sums[0] + sums[1] + sums[2], 1e-6);
    const told = rivals.map(k => sums.reduce((sum, share, kind) =>
      sum + (kinds[k][kind] ? SAME * share / all + (1 - SAME) / 2 * (1 - share / all) : 0), 0));
    const most = Math.max(...told);
    rivals.forEach((k, i) => (odds[row][k] = told[i] / most));
  });
  return odds;
}
