/**
 * Pictures as arrays of bytes, and the small arithmetic that NumPy and OpenCV do on them.
 *
 * Pixels are kept in `Uint8ClampedArray`: what is stored there is rounded half to even and held within 0 to 255, as
 * OpenCV rounds and saturates.
 */

/**
 * @typedef {object} Pixels A picture, row by row, the channels of a pixel together.
 * @property {Uint8ClampedArray} data
 * @property {number} width
 * @property {number} height
 * @property {1 | 3} channels grey, or red, green and blue
 *
 * @typedef {Pixels & { channels: 1 }} Gray A grey picture, 0 black to 255 white.
 *
 * @typedef {[number, number, number, number]} Box Left, top, width and height.
 */

/**
 * An empty grey picture, all 0.
 * @param {number} width
 * @param {number} height
 * @returns {Gray}
 */
export const blank = (width, height) => gray(new Uint8ClampedArray(width * height), width, height);

/**
 * @param {Uint8ClampedArray} data
 * @param {number} width
 * @param {number} height
 * @returns {Gray}
 */
export const gray = (data, width, height) => ({ data, width, height, channels: 1 });

/**
 * A grey picture of the same size, each pixel made of one of another and its place.
 * @param {Pixels} picture
 * @param {(level: number, place: number) => number} of
 * @returns {Gray}
 */
export function mapped({ data, width, height }, of) {
  const made = new Uint8ClampedArray(data.length);
  for (let i = 0; i < made.length; i++) made[i] = of(data[i], i);
  return gray(made, width, height);
}

/**
 * A part of a picture, cut at its edges.
 * @template {Pixels} P
 * @param {P} picture
 * @param {number} left
 * @param {number} top
 * @param {number} right behind the last column
 * @param {number} bottom below the last row
 * @returns {P}
 */
export function crop(picture, left, top, right, bottom) {
  const { data, channels } = picture;
  const width = Math.min(right, picture.width) - left, height = Math.min(bottom, picture.height) - top;
  const made = new Uint8ClampedArray(width * height * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * picture.width + left) * channels;
    made.set(data.subarray(start, start + width * channels), y * width * channels);
  }
  return { ...picture, data: made, width, height };
}

/**
 * The smallest box around all pixels that a test takes; all 0 where it takes none.
 * @param {Gray} picture
 * @param {(level: number) => boolean} taken
 * @returns {Box}
 */
export function boundingBox({ data, width, height }, taken) {
  let left = width, right = -1, top = height, bottom = -1;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!taken(data[i])) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}

/** @param {ArrayLike<number>} values @returns {number} */
export function largest(values) {
  let most = values.length ? values[0] : 0;
  for (let i = 1; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}

/** @param {ArrayLike<number>} values @returns {number} */
export function mean(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/**
 * The nearest whole number, the even one of two as near: as Python, NumPy and OpenCV round.
 * @param {number} value
 */
export function rint(value) {
  const floor = Math.floor(value), rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** @param {number} value @param {number} least @param {number} most */
export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

/**
 * A value below which a share of sorted values lies, between two of them by a straight line.
 * @param {ArrayLike<number>} sorted
 * @param {number} share 0 to 1
 */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1), low = Math.floor(place), high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

/** The middle value, or the mean of the middle two. @param {ArrayLike<number>} values @returns {number} NaN of none */
export function median(values) {
  const rest = new Float64Array(values);
  if (!rest.length) return NaN;
  const upper = selected(rest, rest.length >> 1);
  if (rest.length % 2) return upper;
  return (largest(rest.subarray(0, rest.length >> 1)) + upper) / 2;
}

/** The value that would stand at a place if all were sorted; those before it are no larger (Hoare, 1961).
 * @param {Float64Array} values @param {number} place */
function selected(values, place) {
  let low = 0, high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low, j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const value = values[i];
      values[i++] = values[j];
      values[j--] = value;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place];
}

/**
 * The places of values from the smallest to the largest; equal ones stay in order.
 * @param {ArrayLike<number>} values
 */
export const argsort = values => Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);

/** The place of the first of the largest values. @param {ArrayLike<number>} values */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
