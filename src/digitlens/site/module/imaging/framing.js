/** The one framing function: a glyph as MNIST has it. */

import { findInk, inPicture } from "./ink.js";
import { dilate, erode, thicken } from "./morphology.js";
import { blank, boundingBox, clamp, crop, largest, mapped, rint } from "./pixels.js";
import { resize } from "./resize.js";
import { centreOfMass } from "./warp.js";

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./pixels.js").Gray} Gray */
/** @typedef {import("./pixels.js").Box} Box */

export const FRAME_SIDE = 28; // pixels of a framed glyph's side
export const GLYPH_SIDE = 20; // pixels of the longer side of the ink in it
export const CENTRE = 14; // row and column of the centre of mass
export const INK_FROM = 16; // levels from which a pixel of a framed picture is ink
const FULL_INK = 192; // a level that framed ink reaches somewhere
const FINE = 8; // times finer than a framed glyph is the grid on which strokes are mended
const THINNEST = 1.7; // pixels of a framed glyph: thinner strokes are thickened to this

/** Undoes the blur of scaling. */
const STEEPER = Uint8Array.from({ length: 256 }, (_, level) => Math.trunc(clamp((level - 32) * (255 / 191), 0, 255)));

/**
 * Frame the glyph in a picture: white on black, 28x28, longer side of the ink 20, centre of mass centred.
 * @param {Pixels} picture
 * @returns {{ image: Gray, box: Box | null }} the box is of the ink, in pixels of the picture; null where it is blank
 */
export function frame(picture) {
  if (picture.width === FRAME_SIDE && picture.height === FRAME_SIDE && picture.channels === 1) {
    const image = /** @type {Gray} */ (picture);
    if (isFramed(image)) return { image, box: inkBox(image) };
  }
  const ink = findInk(picture), box = boundingBox(ink.mask, level => level > 0);
  if (!box[2]) return { image: blank(FRAME_SIDE, FRAME_SIDE), box: null };
  return { image: frameInk(cutOut(ink, box)), box: inPicture(ink, box) };
}

/** The box of the ink of a framed picture. @param {Gray} image */
export const inkBox = image => boundingBox(image, level => level >= INK_FROM);

/** Frame ink that is cut out already. @param {Gray} glyph @returns {Gray} */
export const frameInk = glyph => (largest(glyph.data) ? centred(scaled(glyph)) : blank(FRAME_SIDE, FRAME_SIDE));

/** Whether a grey 28x28 picture is framed. @param {Gray} image */
function isFramed(image) {
  const [, , w, h] = inkBox(image);
  if (Math.max(w, h) !== GLYPH_SIDE || largest(image.data) < FULL_INK) return false;
  return centreOfMass(image).every(place => Math.abs(place - CENTRE) <= 1);
}

/**
 * The glyph's ink within its box, with the soft edges that are as wide as a pixel of the frame.
 * @param {import("./ink.js").Ink} ink
 * @param {Box} box
 * @returns {Gray}
 */
export function cutOut({ soft, mask }, [x, y, w, h]) {
  const edge = Math.floor(Math.max(w, h) / GLYPH_SIDE), part = crop(mask, x, y, x + w, y + h);
  const wide = edge ? dilate(part, 2 * edge + 1) : part;
  return mapped(crop(soft, x, y, x + w, y + h), (level, i) => (wide.data[i] ? level : 0));
}

/** Scale a glyph so that its longer side is 20, strokes neither faint nor thinner than MNIST's. @param {Gray} glyph */
function scaled(glyph) {
  const longer = Math.max(glyph.width, glyph.height);
  const [width, height] = [glyph.width, glyph.height].map(side => Math.max(1, rint((side * GLYPH_SIDE) / longer)));
  const how = longer < GLYPH_SIDE * FINE ? "linear" : "area";
  let fine = mapped(resize(glyph, width * FINE, height * FINE, how), level => STEEPER[level]);
  const lacking = THINNEST * FINE - strokeWidth(fine);
  if (lacking >= 1) fine = thicken(fine, Math.trunc(lacking) + 1);
  else if (longer === GLYPH_SIDE) return glyph;
  return resize(fine, width, height, "area");
}

/** The mean width of strokes: twice their area by the length of their outline. @param {Gray} glyph */
function strokeWidth({ data, width, height }) {
  const wide = blank(width + 2, height + 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) wide.data[(y + 1) * wide.width + x + 1] = Number(data[y * width + x] >= 128);
  }
  const area = total(wide);
  return (2 * area) / Math.max(1, area - total(erode(wide, 3)));
}

/** The sum of all levels. @param {Gray} picture */
function total({ data }) {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum;
}

/** Lay a glyph of at most 20x20 on 28x28 black, its centre of mass as near the middle as whole pixels allow. @param {Gray} glyph */
function centred(glyph) {
  const [x, y] = centreOfMass(glyph), { width, height } = glyph;
  const left = Math.min(Math.max(0, rint(CENTRE - x)), FRAME_SIDE - width);
  const top = Math.min(Math.max(0, rint(CENTRE - y)), FRAME_SIDE - height);
  const image = blank(FRAME_SIDE, FRAME_SIDE);
  for (let row = 0; row < height; row++) {
    image.data.set(glyph.data.subarray(row * width, (row + 1) * width), (top + row) * FRAME_SIDE + left);
  }
  return image;
}
