/** Reads handwritten digits in the browser: pictures in, readings out. */

import { openPicture } from "./imaging/open.js";
import { Alphabet, signsOf } from "./model/alphabet.js";
import { PageNetwork } from "./model/pages.js";
import { checkGraph, fetchFile, GlyphNetwork } from "./model/session.js";
import { Classifier } from "./reader/classifier.js";
import { Detector } from "./reader/detect.js";
import { LineReader } from "./reader/lines.js";
import { readingOf } from "./types.js";

export { ImageError } from "./imaging/open.js";

const MAX_ERROR = 0.005; // the error rate aimed for where no other is named

/** Reads pictures; built once. */
export class Reader {
  /**
   * @param {LineReader} lines
   * @param {string} model
   */
  constructor(lines, model) {
    this.lines = lines;
    this.model = model;
    this.labels = lines.alphabet;
  }

  /** @param {string | URL} folder @param {import("./digitlens.js").ReaderOptions} [options] */
  static async load(folder, { maxError = MAX_ERROR, alphabet = null, threads, runtime } = {}) {
    if (!(maxError > 0 && maxError <= 1)) throw new RangeError(`maxError is ${maxError}; it must be above 0 and at most 1`);
    const root = new URL(`${String(folder).replace(/\/*$/, "")}/`, globalThis.location?.href);
    const file = (/** @type {string} */ name) => fetchFile(new URL(name, root));
    const json = async (/** @type {string} */ name) => JSON.parse(new TextDecoder().decode(await file(name)));
    const list = json("networks.json"), engine = started(new URL(runtime ?? "../runtime/", root), threads);
    const { glyphs, pages, config } = await list;
    const [ort, glyphGraph, pageGraph, numbers] = await Promise.all([engine, file(glyphs.file), file(pages.file), json(config)]);
    const session = async (/** @type {ArrayBuffer} */ graph, /** @type {{ file: string, card: { sha256: string } }} */ told) => {
      await checkGraph(graph, told.card.sha256, told.file);
      return ort.InferenceSession.create(graph, { executionProviders: ["wasm"] });
    };
    const glyphSession = await session(glyphGraph, glyphs), pageSession = await session(pageGraph, pages);
    const network = new GlyphNetwork(ort, glyphSession, glyphs.card, glyphs.name);
    const classifier = new Classifier(network, new Alphabet(glyphs.card, alphabet));
    const detector = new Detector(new PageNetwork(ort, pageSession, pages.card, pages.name), numbers);
    return new Reader(new LineReader(classifier, detector, signsOf(alphabet), maxError), glyphs.name);
  }

  /** @param {import("./imaging/open.js").Source} source @param {{ rotate?: number | null }} [options] */
  async read(source, { rotate = null } = {}) {
    const began = performance.now(), found = await this.lines.read(await openPicture(source), rotate);
    return readingOf(this.model, found.lines, found.doubts, performance.now() - began);
  }

  /** @param {import("./imaging/open.js").Source} source */
  async classify(source) {
    const began = performance.now(), found = await this.lines.classify(await openPicture(source));
    return readingOf(this.model, found.lines, found.doubts, performance.now() - began);
  }
}

/**
 * ONNX Runtime from a folder, in as many threads as the page may have.
 * @param {URL} folder
 * @param {number} [threads]
 * @returns {Promise<import("./model/session.js").Runtime>}
 */
async function started(folder, threads) {
  const module = import(new URL("ort.wasm.min.mjs", folder).href);
  const binary = fetchFile(new URL("ort-wasm-simd-threaded.wasm.gz", folder));
  const { default: ort } = await module, { wasm } = ort.env;
  wasm.numThreads = threads ?? (globalThis.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency) : 1);
  wasm.wasmPaths = folder.href;
  wasm.wasmBinary = await binary;
  return ort;
}
