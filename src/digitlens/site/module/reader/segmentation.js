/** Segment a line into glyphs: the best of all sets of candidates that do not lie on each other (Viterbi, 1967). */

const LOOKBACK = 12; // candidates that a path passes over in one step at most

/**
 * @typedef {object} Path Some of a line's candidates, none on another.
 * @property {number} gain the summed log-odds of those that it takes, nats
 * @property {number} last the last one that it takes; -1 at the beginning
 * @property {Path | null} before the path that it goes on from
 */

/**
 * Find the best paths through a line, the best first.
 * @param {number[]} gains the log-odds of each candidate, from left to right, nats
 * @param {(one: number, other: number) => boolean} excludes which two candidates cannot both be read
 * @param {number} most how many are wanted
 * @returns {Path[]}
 */
export function bestPaths(gains, excludes, most) {
  /** @type {Path} */
  const start = { gain: 0, last: -1, before: null };
  /** @type {Path[][]} */
  const ending = [[start]];
  gains.forEach((gain, candidate) => {
    const begun = candidate < LOOKBACK ? ending[0] : [];
    const before = [begun, ...ending.slice(Math.max(1, candidate + 1 - LOOKBACK))].flat();
    const able = before.filter(path => !clashes(path, excludes, candidate));
    ending.push(best(able.map(path => ({ gain: path.gain + gain, last: candidate, before: path })), most));
  });
  return best([ending[0], ...ending.slice(Math.max(1, gains.length + 1 - LOOKBACK))].flat(), most);
}

/** The candidates on a path, from left to right. @param {Path} path @returns {number[]} */
export function taken(path) {
  const found = [];
  for (let at = path; at.before; at = at.before) found.unshift(at.last);
  return found;
}

/** Whether one of a path's last two candidates excludes another.
 * @param {Path} path @param {(one: number, other: number) => boolean} excludes @param {number} candidate */
function clashes(path, excludes, candidate) {
  let at = path;
  for (let step = 0; step < 2 && at.before; step++, at = at.before) if (excludes(at.last, candidate)) return true;
  return false;
}

/** @param {Path[]} paths @param {number} most */
const best = (paths, most) => paths.sort((a, b) => b.gain - a.gain).slice(0, most);
