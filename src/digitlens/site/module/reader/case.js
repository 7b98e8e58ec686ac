/** Letters of a like shape in both cases, told apart by their height against the others on their line. */

import { median } from "../imaging/pixels.js";

const SMALL = 0.62, TALL = 1;

/** Heights of labels against a capital's; all others are as high as one. @type {Record<string, number>} */
const HEIGHTS = {
  ...Object.fromEntries([..."acemnorsuvwxz"].map(label => [label, SMALL])),
  ...Object.fromEntries([..."gpqy"].map(label => [label, 0.92])),
  i: 0.85,
  t: 0.85,
};

/** Labels that say nothing of how high a line is written, since they may be their other case. */
const ALIKE = new Set("CcKkMmOoPpSsUuVvWwXxZz0");

const SPREAD = 0.2; // standard deviation of the log of heights on a line
const MOST = 4; // nats that a height may say against a label
const APART = 1.3; // where all are alike, the highest is a capital if it is so many times higher than the lowest

/** Whether an alphabet has a letter in both cases. @param {string[]} labels */
export const hasCases = labels => labels.some(label => label !== label.toLowerCase() && labels.includes(label.toLowerCase()));

/**
 * What the heights of the glyphs on a line say for each label, 1 at most; null where they say nothing.
 * @param {number[]} heights
 * @param {string[]} read the best label of each, without regard to its height
 * @param {string[]} labels of the alphabet
 * @returns {number[][] | null}
 */
export function heightOdds(heights, read, labels) {
  if (heights.length < 2) return null;
  const logs = heights.map(height => Math.log(Math.max(height, 1)));
  const telling = logs.flatMap((log, i) => (ALIKE.has(read[i]) ? [] : [log - Math.log(heightOf(read[i]))]));
  let capital = Math.max(...logs);
  if (telling.length) capital = median(telling);
  else if (capital - Math.min(...logs) < Math.log(APART)) return null;
  return logs.map(log => labels.map(label => {
    const off = (log - capital - Math.log(heightOf(label))) ** 2 / (2 * SPREAD ** 2);
    return Math.exp(-Math.min(off, MOST));
  }));
}

/** @param {string} label */
const heightOf = label => HEIGHTS[label] ?? TALL;
