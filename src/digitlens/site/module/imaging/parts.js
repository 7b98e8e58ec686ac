/** Which pieces of ink make up the glyph, and which are specks, edges and neighbours. */

import { components } from "./components.js";
import { argsort, blank, boundingBox, crop, rint } from "./pixels.js";

/** @typedef {import("./pixels.js").Gray} Gray */
/** @typedef {import("./pixels.js").Box} Box */
/** @typedef {{ box: Box, area: number, cut: boolean, edge: boolean, label: number }} Piece */

const SPECK = 0.01; // of the largest piece's area: smaller ones are dirt
const REACH = 0.25; // of the largest piece's longer side: pieces of one glyph are no farther apart
const REACH_TO_CUT = 0.08; // where the glyph is whole and the piece is cut by the border
const STRIP = 0.1; // of a side: a piece along a whole side and thinner than this is an edge or a ruled line
const OWN = 0.4; // of a component within a box, or of the box's ink in it: less belongs to a neighbour
const SLACK = 0.04; // of a box's longer side, by which its edges may be off

/**
 * Mark the pieces of ink that make up the glyph, 255; a piece holds a pixel of at least `clear`.
 * @param {Gray} ink
 * @param {number} faint
 * @param {number} clear
 * @returns {Gray}
 */
export function glyphParts(ink, faint, clear) {
  const mask = blank(ink.width, ink.height);
  const [x, y, w, h] = boundingBox(ink, level => level >= faint);
  if (!w) return mask;
  const part = crop(ink, x, y, x + w, y + h), { labels, boxes, areas } = components(part, faint);
  const holding = new Set();
  for (let i = 0; i < labels.length; i++) if (labels[i] && part.data[i] >= clear) holding.add(labels[i]);
  const pieces = [...holding].sort((a, b) => a - b).map(label => {
    const [left, top, wide, high] = boxes[label];
    return atBorder({ box: [left + x, top + y, wide, high], area: areas[label], label, cut: false, edge: false }, ink);
  });
  const worth = pieces.map(piece => piece.area * (piece.edge ? 0 : piece.cut ? 0.5 : 1)), most = Math.max(0, ...worth);
  const order = argsort(worth.map(value => -value)).filter(i => worth[i] > SPECK * most);
  const chosen = withinReach(order.map(i => pieces[i]));
  for (let i = 0; i < labels.length; i++) {
    if (chosen.has(labels[i])) mask.data[(Math.floor(i / w) + y) * ink.width + (i % w) + x] = 255;
  }
  return mask;
}

/**
 * Mark the components of ink that a bounding box holds, clipped to it, 255.
 * @param {Gray} ink
 * @param {number} faint
 * @param {number} clear
 * @param {Box} box
 * @returns {Gray}
 */
export function boxParts(ink, faint, clear, [x, y, w, h]) {
  const slack = 1 + SLACK * Math.max(w, h), { labels, areas } = components(ink, faint);
  const top = Math.max(0, rint(y - slack)), bottom = Math.min(ink.height, Math.max(0, rint(y + h + slack)));
  const left = Math.max(0, rint(x - slack)), right = Math.min(ink.width, Math.max(0, rint(x + w + slack)));
  const inside = new Int32Array(areas.length), clearly = new Uint8Array(areas.length);
  for (let v = top; v < bottom; v++) for (let u = left; u < right; u++) inside[labels[v * ink.width + u]]++;
  for (let i = 0; i < labels.length; i++) if (ink.data[i] >= clear) clearly[labels[i]] = 1;
  const all = Math.max(1, inside.subarray(1).reduce((sum, count) => sum + count, 0));
  const chosen = inside.map((count, label) =>
    Number(label && clearly[label] && count && (count >= OWN * Math.max(1, areas[label]) || count >= OWN * all)),
  );
  const mask = blank(ink.width, ink.height);
  for (let v = top; v < bottom; v++) {
    for (let i = v * ink.width + left; i < v * ink.width + right; i++) if (chosen[labels[i]]) mask.data[i] = 255;
  }
  return mask;
}

/** Whether the border cuts a piece, and whether it is a page's edge or a ruled line. @param {Piece} piece @param {Gray} ink */
function atBorder(piece, { width, height }) {
  const [x, y, w, h] = piece.box, right = x + w === width, bottom = y + h === height;
  const across = x === 0 && right && h <= STRIP * height;
  const down = y === 0 && bottom && w <= STRIP * width && (x === 0 || right);
  return { ...piece, cut: x === 0 || y === 0 || right || bottom, edge: across || down };
}

/** The labels of pieces joined to the first by short steps, each measured between boxes. @param {Piece[]} pieces */
function withinReach(pieces) {
  const joined = new Set();
  if (!pieces.length) return joined;
  const longer = Math.max(pieces[0].box[2], pieces[0].box[3]);
  const reach = pieces.map(piece => (piece.cut && !pieces[0].cut ? REACH_TO_CUT : REACH) * longer);
  let newest = [pieces[0]];
  while (newest.length) {
    newest.forEach(piece => joined.add(piece.label));
    newest = pieces.filter((piece, i) => !joined.has(piece.label) && newest.some(one => apart(piece.box, one.box) <= reach[i]));
  }
  return joined;
}

/** @param {Box} one @param {Box} other */
function apart([x, y, w, h], [u, v, wide, high]) {
  return Math.hypot(Math.max(x - u - wide, u - x - w, 0), Math.max(y - v - high, v - y - h, 0));
}
