/**
 * Connectionist temporal classification: how likely a text is, given the probabilities of every step.
 *
 * Graves et al., Connectionist Temporal Classification, 2006, equations 5 to 10. Probabilities are kept in the range of
 * floats by scaling every step, as for hidden Markov models (Rabiner, 1989).
 */

/** @typedef {number[][]} Steps The probabilities of K labels and, last, of none, at each step; each row sums to 1. */
/** @typedef {{ rows: Float64Array[], scales: number[] }} Variables Scaled variables, and the logarithms of their scales. */

const LEAST_LIKELY = -60; // the logarithm that stands for what cannot be
const FLOOR = 1e-12; // what a probability counts at least, so that no step rules a text out by itself
const TINY = 1e-300;

/**
 * The logarithm of the probability of a text over all alignments, `LEAST_LIKELY` at least.
 * @param {Steps} probabilities
 * @param {number[]} text rows of labels
 */
export function logLikelihood(probabilities, text) {
  if (fewest(text) > probabilities.length) return LEAST_LIKELY;
  const states = statesOf(text, probabilities[0].length - 1), { rows, scales } = forward(floored(probabilities), states);
  const end = rows[rows.length - 1].slice(-2).reduce((a, b) => a + b, 0);
  return Math.max(LEAST_LIKELY, scales[scales.length - 1] + Math.log(Math.max(end, TINY)));
}

/**
 * The logarithms of the probabilities of a text with each of its labels replaced by each label.
 * @param {Steps} probabilities
 * @param {number[]} text rows of labels
 * @returns {number[][]} of each place in the text and each label
 */
export function labelLikelihoods(probabilities, text) {
  const steps = probabilities.length, count = probabilities[0].length - 1;
  if (fewest(text) > steps) return text.map(() => new Array(count).fill(LEAST_LIKELY));
  const told = floored(probabilities), states = statesOf(text, count);
  const before = forward(told, states), behind = backward(told, states);
  const around = before.scales.map((up, step) => up + (behind.scales[step + 1] ?? 0)), most = Math.max(...around);
  const inside = text.map(() => new Float64Array(count)), total = text.map(() => new Float64Array(count));
  for (let step = 0; step < steps; step++) {
    const weight = Math.exp(Math.min(around[step] - most, 0));
    const shrink = Math.exp((step ? before.scales[step - 1] : 0) - before.scales[step]);
    for (let n = 0; n < text.length; n++) {
      const entering = enteringAt(before, step, n), leaving = leavingAt(behind, told, states, step, n);
      for (let k = 0; k < count; k++) {
        const come = entering.blank + (k === text[n - 1] ? 0 : entering.label);
        const go = leaving.blank + (k === text[n + 1] ? 0 : leaving.label);
        inside[n][k] = (inside[n][k] + come) * told[step][k] * shrink;
        total[n][k] += weight * inside[n][k] * go;
      }
    }
  }
  return total.map(row => Array.from(row, sum => Math.max(LEAST_LIKELY, Math.log(Math.max(sum, TINY)) + most)));
}

/** What comes into a place of the text at a step: from the blank before it, and from the label before that.
 * @param {Variables} before @param {number} step @param {number} n */
function enteringAt({ rows }, step, n) {
  if (!step) return { blank: n ? 0 : 1, label: 0 };
  return { blank: rows[step - 1][2 * n], label: n ? rows[step - 1][2 * n - 1] : 0 };
}

/** What comes behind a place of the text if it ends at a step: by the blank behind it, and by the label behind that.
 * @param {Variables} behind @param {Steps} told @param {number[]} states @param {number} step @param {number} n */
function leavingAt({ rows }, told, states, step, n) {
  const last = 2 * n + 3 === states.length;
  if (step + 1 === rows.length) return { blank: last ? 1 : 0, label: 0 };
  const from = (/** @type {number} */ state) => told[step + 1][states[state]] * rows[step + 1][state];
  return { blank: from(2 * n + 2), label: last ? 0 : from(2 * n + 3) };
}

/** The fewest steps that a text takes: one each, and one of none between two alike. @param {number[]} text */
const fewest = text => text.length + text.filter((label, i) => i && label === text[i - 1]).length;

/** @param {Steps} probabilities @returns {Steps} */
const floored = probabilities => probabilities.map(row => row.map(p => Math.max(p, FLOOR)));

/** The labels of a text with blanks around and between them. @param {number[]} text @param {number} blank */
const statesOf = (text, blank) => [blank, ...text.flatMap(label => [label, blank])];

/** Whether the blank before a state may be left out: before a label unlike the one before.
 * @param {number[]} states @param {number} s */
const skips = (states, s) => s % 2 === 1 && s > 1 && states[s] !== states[s - 2];

/** Scaled forward variables. @param {Steps} told @param {number[]} states @returns {Variables} */
function forward(told, states) {
  const rows = /** @type {Float64Array[]} */ ([]), scales = /** @type {number[]} */ ([]);
  told.forEach((row, step) => {
    const made = new Float64Array(states.length), last = rows[step - 1];
    states.forEach((label, s) => {
      const come = last ? last[s] + (s ? last[s - 1] : 0) + (skips(states, s) ? last[s - 2] : 0) : Number(s < 2);
      made[s] = come * row[label];
    });
    scales.push((scales[step - 1] ?? 0) + scaled(made));
    rows.push(made);
  });
  return { rows, scales };
}

/** Scaled backward variables: what comes behind a step in each state. @param {Steps} told @param {number[]} states @returns {Variables} */
function backward(told, states) {
  const end = states.length, rows = new Array(told.length), scales = new Array(told.length).fill(0);
  rows[told.length - 1] = Float64Array.from(states, (_, s) => Number(s >= end - 2));
  for (let step = told.length - 2; step >= 0; step--) {
    const coming = Float64Array.from(states, (label, s) => rows[step + 1][s] * told[step + 1][label]);
    rows[step] = Float64Array.from(states, (_, s) =>
      coming[s] + (s + 1 < end ? coming[s + 1] : 0) + (s + 2 < end && skips(states, s + 2) ? coming[s + 2] : 0));
    scales[step] = scales[step + 1] + scaled(rows[step]);
  }
  return { rows, scales };
}

/** Scale values to a sum of 1; the logarithm of what it was. @param {Float64Array} values */
function scaled(values) {
  const size = Math.max(values.reduce((a, b) => a + b, 0), TINY);
  for (let i = 0; i < values.length; i++) values[i] /= size;
  return Math.log(size);
}
