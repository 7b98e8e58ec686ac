/** Networks, ready to run: ONNX Runtime's sessions, each with the card beside its file. */

import { atLeastAsThick } from "./stroke.js";

/**
 * @typedef {typeof import("onnxruntime-common")} Runtime
 *
 * @typedef {{ runtime: Runtime, session: import("onnxruntime-common").InferenceSession }} Engine What computes a graph.
 *
 * @typedef {object} GlyphCard What is to be known of a network that reads framed glyphs.
 * @property {string} sha256
 * @property {string[]} labels
 * @property {ConstructorParameters<typeof import("./calibrate.js").Calibration>[0]} calibration
 * @property {Record<string, ConstructorParameters<typeof import("./calibrate.js").Calibration>[0]>} alphabets
 * @property {Record<string, string>} alike
 * @property {{ least_stroke?: number }} input
 *
 * @typedef {object} PageCard What is to be known of a page or line network.
 * @property {string} sha256
 * @property {string[]} labels
 */

const GZIP = [0x1f, 0x8b];

/**
 * Fetch a file; where it is packed by gzip, and the server has not unpacked it, unpacked.
 * @param {URL} url
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchFile(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} cannot be fetched: the server answers ${answer.status}. The site has lost a file; write it again.`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!GZIP.every((byte, i) => bytes[i] === byte)) return bytes.buffer;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/**
 * Hold a graph against the hash on its card, where the browser lets a page do so: by https, and on the machine itself.
 * @param {ArrayBuffer} graph
 * @param {string} sha256 64 hexadecimal digits
 * @param {string} file
 * @throws {Error} it is another graph
 */
export async function checkGraph(graph, sha256, file) {
  const digest = await globalThis.crypto?.subtle?.digest("SHA-256", graph);
  const found = digest && Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, "0")).join("");
  if (found && found !== sha256) {
    throw new Error(`${file} is not the network its card describes: the card says SHA-256 ${sha256}, the file has ${found}. Write the site again.`);
  }
}

/** A network that reads framed glyphs, finds glyphs on pages, or reads strips of lines. @template Card */
export class Graph {
  /**
   * @param {Runtime} runtime
   * @param {import("onnxruntime-common").InferenceSession} session
   * @param {Card} card
   * @param {string} name
   */
  constructor(runtime, session, card, name) {
    this.runtime = runtime;
    this.session = session;
    this.card = card;
    this.name = name;
    /** One that computes the same, sooner. @type {Engine | null} */
    this.faster = null;
  }

  /**
   * Any outputs of the graph for what goes in as `image`.
   * @param {"float32" | "uint8"} type
   * @param {Float32Array | Uint8Array} image
   * @param {number[]} shape
   * @param {string[]} names
   * @returns {Promise<{ data: Float32Array, dims: readonly number[] }[]>}
   */
  async run(type, image, shape, names) {
    try {
      if (this.faster) return await computed(this.faster, type, image, shape, names);
    } catch {
      this.faster = null; // a graphics processor may be lost at any time
    }
    return computed(this, type, image, shape, names);
  }
}

/** What an engine computes. @param {Engine} engine @param {"float32" | "uint8"} type @param {Float32Array | Uint8Array} image
 * @param {number[]} shape @param {string[]} names */
export async function computed({ runtime, session }, type, image, shape, names) {
  const found = await session.run({ image: new runtime.Tensor(type, /** @type {any} */ (image), shape) }, names);
  return names.map(name => ({ data: /** @type {Float32Array} */ (found[name].data), dims: found[name].dims }));
}

/** A network that reads framed glyphs. @extends {Graph<GlyphCard>} */
export class GlyphNetwork extends Graph {
  /** The logits of framed glyphs. @param {import("../imaging/pixels.js").Gray[]} frames @returns {Promise<Float32Array[]>} */
  async logits(frames) {
    const side = frames[0].width, images = new Uint8Array(frames.length * side * side);
    const least = this.card.input.least_stroke ?? 0;
    frames.forEach((frame, i) => images.set(atLeastAsThick(frame, least).data, i * side * side));
    const [{ data, dims }] = await this.run("uint8", images, [frames.length, side, side, 1], ["logits"]);
    return frames.map((_, i) => data.subarray(i * dims[1], (i + 1) * dims[1]));
  }
}
