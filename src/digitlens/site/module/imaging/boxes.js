/** Bounding boxes: left, top, width, height. */

import { argsort } from "./pixels.js";

/** @typedef {import("./pixels.js").Box} Box */

/** The area that two boxes share. @param {Box} one @param {Box} other */
export function intersection([x, y, w, h], [u, v, wide, high]) {
  const across = Math.min(x + w, u + wide) - Math.max(x, u), down = Math.min(y + h, v + high) - Math.max(y, v);
  return Math.max(across, 0) * Math.max(down, 0);
}

/** The intersection of two boxes over the area of the smaller one, 0 to 1. @param {Box} one @param {Box} other */
export const smallerOverlap = (one, other) =>
  intersection(one, other) / Math.max(Math.min(one[2] * one[3], other[2] * other[3]), 1e-6);

/** The intersection of two boxes over the area that they cover together, 0 to 1. @param {Box} one @param {Box} other */
export function intersectionOverUnion(one, other) {
  const shared = intersection(one, other);
  return shared / Math.max(one[2] * one[3] + other[2] * other[3] - shared, 1e-6);
}

/**
 * Keep the best of boxes that lie on each other.
 * @param {Box[]} boxes
 * @param {ArrayLike<number>} scores
 * @param {number} most intersection over union from which the box with the lower score goes
 * @returns {number[]} the rows that stay, best first
 */
export function nonMaximumSuppression(boxes, scores, most) {
  const kept = [];
  let order = argsort(Float64Array.from(scores, score => -score));
  while (order.length) {
    const [best, ...rest] = order, box = boxes[best];
    kept.push(best);
    order = rest.filter(row => intersectionOverUnion(box, boxes[row]) < most);
  }
  return kept;
}

/** The smallest box that holds all of some, one at least. @param {Box[]} boxes @returns {Box} */
export function around(boxes) {
  const left = Math.min(...boxes.map(box => box[0])), top = Math.min(...boxes.map(box => box[1]));
  const right = Math.max(...boxes.map(box => box[0] + box[2])), bottom = Math.max(...boxes.map(box => box[1] + box[3]));
  return [left, top, right - left, bottom - top];
}
