/** The line network: reads a strip of a text line as a whole, without boxes. */

import { softmax } from "./calibrate.js";
import { Graph } from "./session.js";

const COLUMN = 4; // pixels of a strip for a step of the answer

/** A network that reads text lines by connectionist temporal classification. @extends {Graph<import("./session.js").PageCard>} */
export class LineNetwork extends Graph {
  /** Of the answer; that of other writing is "". */
  get labels() {
    return this.card.labels;
  }

  /**
   * The probabilities of the labels and, last, of none, at every fourth column.
   * @param {import("../imaging/contrast.js").Contrast} strip as `textStrip` cuts it out
   * @returns {Promise<number[][]>}
   */
  async probabilities({ data, width, height }) {
    const wide = Math.ceil(width / COLUMN) * COLUMN, image = new Float32Array(wide * height);
    for (let y = 0; y < height; y++) image.set(data.subarray(y * width, (y + 1) * width), y * wide);
    const [{ data: logits, dims }] = await this.run("float32", image, [1, 1, height, wide], ["logits"]);
    const [, count, , steps] = dims;
    return Array.from({ length: steps }, (_, step) =>
      softmax(Float64Array.from({ length: count }, (_, k) => logits[k * steps + step])));
  }
}
