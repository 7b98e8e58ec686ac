/** Scaling pictures as OpenCV's `resize` does, to the same bytes. */

import { clamp, rint } from "./pixels.js";

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {{ first: Int32Array, count: Int32Array, weights: Float32Array, most: number }} Shares */

const FIXED = 2048; // weights of straight lines are whole numbers of 1 / 2048

/**
 * Scale a picture.
 * @template {Pixels} P
 * @param {P} picture
 * @param {number} width
 * @param {number} height
 * @param {"area" | "linear" | "cubic"} how by averaging areas, straight lines between pixels, or cubic curves
 * @returns {P}
 */
export function resize(picture, width, height, how) {
  if (width === picture.width && height === picture.height) return picture;
  const down = width <= picture.width && height <= picture.height;
  const data = how === "area" && down ? averaged(picture, width, height) : interpolated(picture, width, height, how);
  return { ...picture, data, width, height };
}

/**
 * Scale a picture down by averaging areas, halved first as long as it is four times as large, as Python does it.
 * @template {Pixels} P
 * @param {P} picture
 * @param {number} width
 * @param {number} height
 * @returns {P}
 */
export function shrinkTo(picture, width, height) {
  while (picture.width >= 4 * width && picture.height >= 4 * height) picture = halved(picture);
  return resize(picture, width, height, "area");
}

/** @template {Pixels} P @param {P} picture @returns {P} */
function halved(picture) {
  const width = Math.floor(picture.width / 2), height = Math.floor(picture.height / 2);
  return { ...picture, data: quarters(picture, width, height), width, height };
}

/** @param {Pixels} picture @param {number} width @param {number} height */
function averaged(picture, width, height) {
  const across = picture.width / width, down = picture.height / height;
  if (Number.isInteger(across) && Number.isInteger(down)) return blocks(picture, width, height, across, down);
  const { data, channels } = picture, made = new Uint8ClampedArray(width * height * channels);
  const columns = shares(picture.width, width), rows = shares(picture.height, height);
  const line = new Float32Array(width * channels), sum = new Float32Array(width * channels);
  const averageRow = channels === 1 ? averageGreyRow : averageColourRow;
  let averagedRow = -1; // which `line` is of: the last row of one pixel is often the first of the next
  for (let y = 0; y < height; y++) {
    sum.fill(0);
    for (let k = 0; k < rows.count[y]; k++) {
      const row = rows.first[y] + k, weight = rows.weights[y * rows.most + k];
      if (row !== averagedRow) averageRow(data, row * picture.width * channels, columns, line);
      averagedRow = row;
      for (let i = 0; i < sum.length; i++) sum[i] += weight * line[i];
    }
    made.set(sum, y * sum.length);
  }
  return made;
}

/**
 * Which pixels of a row make up each pixel of a shorter one, and by how much.
 * @param {number} from
 * @param {number} to
 * @returns {Shares}
 */
function shares(from, to) {
  const scale = from / to, most = Math.ceil(scale) + 2;
  const first = new Int32Array(to), count = new Int32Array(to), weights = new Float32Array(to * most);
  for (let i = 0; i < to; i++) {
    const start = i * scale, end = start + scale, cell = Math.min(scale, from - start);
    const last = Math.min(Math.floor(end), from - 1), whole = Math.min(Math.ceil(start), last);
    const found = [];
    if (whole - start > 1e-3) found.push((whole - start) / cell);
    first[i] = whole - found.length;
    for (let j = whole; j < last; j++) found.push(1 / cell);
    if (end - last > 1e-3) found.push(Math.min(end - last, 1, cell) / cell);
    weights.set(found, i * most);
    count[i] = found.length;
  }
  return { first, count, weights, most };
}

/** @param {Uint8ClampedArray} data @param {number} start @param {Shares} columns @param {Float32Array} line */
function averageGreyRow(data, start, { first, count, weights, most }, line) {
  for (let x = 0; x < line.length; x++) {
    let sum = 0;
    for (let at = start + first[x], share = x * most, end = at + count[x]; at < end; at++, share++) sum += data[at] * weights[share];
    line[x] = sum;
  }
}

/** @param {Uint8ClampedArray} data @param {number} start @param {Shares} columns @param {Float32Array} line */
function averageColourRow(data, start, { first, count, weights, most }, line) {
  for (let x = 0, i = 0; x < first.length; x++, i += 3) {
    let red = 0, green = 0, blue = 0;
    for (let k = 0, at = start + 3 * first[x], share = x * most; k < count[x]; k++, at += 3, share++) {
      const weight = weights[share];
      red += data[at] * weight;
      green += data[at + 1] * weight;
      blue += data[at + 2] * weight;
    }
    line[i] = red;
    line[i + 1] = green;
    line[i + 2] = blue;
  }
}

/** @param {Pixels} picture @param {number} width @param {number} height @param {number} across @param {number} down */
function blocks(picture, width, height, across, down) {
  if (across === 2 && down === 2) return quarters(picture, width, height);
  const { data, width: wide, channels } = picture;
  const made = new Uint8ClampedArray(width * height * channels), size = across * down;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        let sum = 0;
        for (let v = 0; v < down; v++) {
          const start = ((y * down + v) * wide + x * across) * channels + c;
          for (let u = 0; u < across; u++) sum += data[start + u * channels];
        }
        made[i] = Math.fround(sum * Math.fround(1 / size));
      }
    }
  }
  return made;
}

/** Each two by two made one, halves rounded up. @param {Pixels} picture @param {number} width @param {number} height */
function quarters({ data, width: wide, channels }, width, height) {
  const made = new Uint8ClampedArray(width * height * channels), below = wide * channels;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = 2 * y * below; x < width; x++, at += channels) {
      for (let c = 0; c < channels; c++, i++, at++) {
        made[i] = (data[at] + data[at + channels] + data[at + below] + data[at + below + channels] + 2) >> 2;
      }
    }
  }
  return made;
}

/** @param {Pixels} picture @param {number} width @param {number} height @param {"area" | "linear" | "cubic"} how */
function interpolated(picture, width, height, how) {
  const { data, channels } = picture, made = new Uint8ClampedArray(width * height * channels);
  const columns = taps(picture.width, width, how), rows = taps(picture.height, height, how);
  const { size } = columns, long = width * channels;
  const lines = new Map();
  for (let y = 0; y < height; y++) {
    const near = Array.from(rows.places.subarray(y * size, (y + 1) * size));
    for (const row of lines.keys()) if (!near.includes(row)) lines.delete(row);
    const taken = near.map(row => {
      if (!lines.has(row)) lines.set(row, interpolatedRow(data, row * picture.width * channels, columns, channels));
      return lines.get(row);
    });
    const weights = rows.weights.subarray(y * size, (y + 1) * size);
    if (how === "cubic") joinCubic(taken, weights, made, y * long);
    else joinLinear(taken, weights, made, y * long);
  }
  return made;
}

/**
 * @param {Uint8ClampedArray} data
 * @param {number} start
 * @param {ReturnType<typeof taps>} columns
 * @param {number} channels
 */
function interpolatedRow(data, start, { places, weights, size }, channels) {
  const line = new Float64Array((places.length / size) * channels);
  for (let i = 0, x = 0; i < line.length; x += size) {
    for (let c = 0; c < channels; c++, i++) {
      for (let k = 0; k < size; k++) line[i] += data[start + places[x + k] * channels + c] * weights[x + k];
    }
  }
  return line;
}

/** @param {Float64Array[]} lines @param {Float64Array} weights @param {Uint8ClampedArray} made @param {number} start */
function joinLinear([upper, lower], [a, b], made, start) {
  for (let i = 0; i < upper.length; i++) {
    made[start + i] = (((a * (upper[i] >> 4)) >> 16) + ((b * (lower[i] >> 4)) >> 16) + 2) >> 2;
  }
}

/** @param {Float64Array[]} lines @param {Float64Array} weights @param {Uint8ClampedArray} made @param {number} start */
function joinCubic(lines, weights, made, start) {
  for (let i = 0; i < lines[0].length; i++) {
    let sum = 0;
    for (let k = 0; k < 4; k++) sum += lines[k][i] * weights[k];
    made[start + i] = sum;
  }
}

/**
 * Between which pixels each new one lies, and their weights: of straight lines in 1 / 2048, as OpenCV has them.
 * @param {number} from
 * @param {number} to
 * @param {"area" | "linear" | "cubic"} how
 */
function taps(from, to, how) {
  const scale = from / to, size = how === "cubic" ? 4 : 2;
  const places = new Int32Array(to * size), weights = new Float64Array(to * size);
  for (let i = 0; i < to; i++) {
    let at, rest;
    if (how === "area") {
      at = Math.floor(i * scale);
      rest = i + 1 - (at + 1) / scale;
      rest = rest <= 0 ? 0 : rest - Math.floor(rest);
    } else {
      const place = Math.fround((i + 0.5) * scale - 0.5);
      at = Math.floor(place);
      rest = place - at;
      if (size === 2 && at < 0) at = rest = 0;
      if (size === 2 && at >= from - 1) [at, rest] = [from - 1, 0];
    }
    const shares = size === 2 ? [1 - rest, rest] : cubic(rest);
    shares.forEach((share, k) => {
      places[i * size + k] = clamp(at + k - (size === 4 ? 1 : 0), 0, from - 1);
      weights[i * size + k] = size === 4 ? share : rint(share * FIXED);
    });
  }
  return { places, weights, size };
}

/** @param {number} x */
function cubic(x) {
  const A = -0.75;
  const first = ((A * (x + 1) - 5 * A) * (x + 1) + 8 * A) * (x + 1) - 4 * A;
  const second = ((A + 2) * x - (A + 3)) * x * x + 1;
  const third = ((A + 2) * (1 - x) - (A + 3)) * (1 - x) * (1 - x) + 1;
  return [first, second, third, 1 - first - second - third];
}
