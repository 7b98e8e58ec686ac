/** Connected components of ink. */

/** @typedef {import("./pixels.js").Gray} Gray */

/**
 * Find the sets of pixels of at least a level that hang together, also by corners.
 * @param {Gray} picture
 * @param {number} least
 * @returns {{ labels: Int32Array, boxes: import("./pixels.js").Box[], areas: number[] }} the number of each pixel's
 *   set, 0 of none; of each set, from number 1 on, its box and how many pixels it has (those of number 0 are empty)
 */
export function components({ data, width, height }, least) {
  const labels = new Int32Array(data.length), parents = [0];
  const root = (/** @type {number} */ label) => {
    while (parents[label] !== label) label = parents[label] = parents[parents[label]];
    return label;
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] < least) continue;
      let label = x ? labels[i - 1] : 0;
      for (let u = Math.max(0, x - 1); y && u <= Math.min(width - 1, x + 1); u++) {
        const above = labels[(y - 1) * width + u];
        if (!above || above === label) continue;
        if (!label) label = above;
        else {
          const one = root(label), other = root(above);
          parents[Math.max(one, other)] = label = Math.min(one, other);
        }
      }
      if (!label) parents.push((label = parents.length));
      labels[i] = label;
    }
  }
  return counted(labels, parents.map((_, label) => root(label)), width);
}

/** @param {Int32Array} labels @param {number[]} roots @param {number} width */
function counted(labels, roots, width) {
  const numbers = new Map([[0, 0]]);
  const ends = [[0, 0, 0, 0]], areas = [0];
  for (let i = 0; i < labels.length; i++) {
    if (!labels[i]) continue;
    const first = roots[labels[i]], x = i % width, y = (i - x) / width;
    let number = numbers.get(first);
    if (number === undefined) {
      numbers.set(first, (number = areas.length));
      ends.push([x, y, x, y]);
      areas.push(0);
    }
    const end = ends[number];
    if (x < end[0]) end[0] = x;
    if (x > end[2]) end[2] = x;
    end[3] = y;
    areas[number]++;
    labels[i] = number;
  }
  /** @type {import("./pixels.js").Box[]} */
  const boxes = ends.map(([left, top, right, bottom]) => [left, top, right - left + 1, bottom - top + 1]);
  return { labels, boxes, areas };
}
