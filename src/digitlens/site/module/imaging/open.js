/** From whatever a picture comes as to upright pixels, or an error that says why not. */

import { isColourless } from "./colour.js";
import { flattened } from "./modes.js";

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./pixels.js").Box} Box */
/** @typedef {import("../digitlens.js").Source} Source */

const FULL_PIXELS = 10_400_000; // above this many pixels a picture is reduced by 2, 4 or 8 while it is opened
const MAX_PIXELS = 100_000_000;
const STRIP = 4_000_000; // pixels drawn at once: no browser has a canvas too small for that
const HAIR = 1e-6; // of a pixel

/** A picture that cannot be read; `code` is a short stable key. */
export class ImageError extends Error {
  /** @param {"unreadable_image" | "image_too_large"} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = "ImageError";
    this.code = code;
  }

  /** As the JSON has it. */
  toJSON() {
    return { code: this.code, message: this.message };
  }
}

/**
 * @typedef {object} Picture A picture ready to be looked at.
 * @property {Pixels} pixels upright, nothing transparent
 * @property {number} reduction how many pixels of the upload one of these stands for, across and down: 1, 2, 4 or 8
 */

/**
 * Open a picture.
 * @param {Source} source
 * @returns {Promise<Picture>}
 * @throws {ImageError} it cannot be decoded by this browser, or is too large
 */
export async function openPicture(source) {
  if (typeof ImageData !== "undefined" && source instanceof ImageData) return whole(source);
  const bitmap = await asBitmap(/** @type {Exclude<Source, ImageData>} */ (source));
  try {
    const { width, height } = bitmap;
    if (!width || !height) throw new ImageError("unreadable_image", "The picture has no pixels: there is nothing to read in it.");
    if (width * height > MAX_PIXELS) {
      throw new ImageError("image_too_large",
        `The picture has ${width} x ${height} pixels, more than ${MAX_PIXELS.toLocaleString("en")}, the limit: scale it down.`);
    }
    const reduction = [1, 2, 4].find(factor => width * height <= FULL_PIXELS * factor ** 2) ?? 8;
    return opened(pixelsOf(bitmap, reduction), reduction);
  } finally {
    if (bitmap !== source) bitmap.close();
  }
}

/** A box of a picture's pixels in those of the picture as uploaded: every pixel it touches. @param {Picture} picture @param {Box} box @returns {Box} */
export function uploaded({ reduction }, [x, y, w, h]) {
  const left = Math.floor(x * reduction + HAIR), right = Math.ceil((x + w) * reduction - HAIR);
  const top = Math.floor(y * reduction + HAIR), bottom = Math.ceil((y + h) * reduction - HAIR);
  return [left, top, right - left, bottom - top];
}

/** @param {ImageData} image */
const whole = ({ data, width, height }) => opened({ data: new Uint8ClampedArray(data), width, height }, 1);

/** @param {Exclude<Source, ImageData>} source @returns {Promise<ImageBitmap>} */
async function asBitmap(source) {
  if (typeof ImageBitmap !== "undefined" && source instanceof ImageBitmap) return source;
  try {
    return await createImageBitmap(source, { colorSpaceConversion: "none", imageOrientation: "from-image" });
  } catch (error) {
    throw new ImageError("unreadable_image",
      `This is no picture that the browser can decode: it is of another kind, damaged or cut short (${String(error)}). Save it as PNG or JPEG.`);
  }
}

/**
 * The pixels of a bitmap, red, green, blue and alpha, reduced by averaging blocks.
 * @param {ImageBitmap} bitmap
 * @param {number} reduction
 */
function pixelsOf(bitmap, reduction) {
  const rows = Math.max(reduction, Math.floor(STRIP / bitmap.width / reduction) * reduction);
  const width = Math.ceil(bitmap.width / reduction), height = Math.ceil(bitmap.height / reduction);
  const data = new Uint8ClampedArray(width * height * 4);
  const canvas = new OffscreenCanvas(bitmap.width, Math.min(rows, bitmap.height));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  for (let top = 0; top < bitmap.height; top += rows) {
    const high = Math.min(rows, bitmap.height - top);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, -top);
    const strip = context.getImageData(0, 0, bitmap.width, high);
    data.set(reduction === 1 ? strip.data : reduced(strip, reduction), (top / reduction) * width * 4);
  }
  return { data, width, height };
}

/** @param {ImageData} strip @param {number} by */
function reduced({ data, width: wide, height: high }, by) {
  const width = Math.ceil(wide / by), height = Math.ceil(high / by), made = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const right = Math.min(wide, (x + 1) * by), bottom = Math.min(high, (y + 1) * by);
      for (let k = 0; k < 4; k++, i++) {
        let sum = 0;
        for (let v = y * by; v < bottom; v++) for (let u = x * by; u < right; u++) sum += data[4 * (v * wide + u) + k];
        made[i] = sum / ((right - x * by) * (bottom - y * by));
      }
    }
  }
  return made;
}

/** @param {{ data: Uint8ClampedArray, width: number, height: number }} rgba @param {number} reduction @returns {Picture} */
function opened({ data, width, height }, reduction) {
  const colour = flattened(data);
  if (!isColourless(colour)) return { pixels: { data: colour, width, height, channels: 3 }, reduction };
  const grey = new Uint8ClampedArray(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = colour[3 * i];
  return { pixels: { data: grey, width, height, channels: 1 }, reduction };
}
