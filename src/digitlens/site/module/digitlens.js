/** Reads handwritten digits in the browser: pictures in, readings out. */

import { openPicture } from "./imaging/open.js";
import { accelerate } from "./model/gpu.js";
import { Alphabet, signsOf } from "./model/alphabet.js";
import { LineNetwork } from "./model/lines.js";
import { PageNetwork } from "./model/pages.js";
import { checkGraph, fetchFile, GlyphNetwork } from "./model/session.js";
import { Classifier } from "./reader/classifier.js";
import { Detector } from "./reader/detect.js";
import { LineReader } from "./reader/lines.js";
import { Witness } from "./reader/witness.js";
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
    /** Gives the page network the graphics processor. @type {() => Promise<boolean>} */
    this.accelerate = async () => false;
    this.labels = lines.alphabet;
  }

  /** @param {string | URL} folder @param {import("./digitlens.js").ReaderOptions} [options] */
  static async load(folder, { maxError = MAX_ERROR, alphabet = null, threads, runtime } = {}) {
    if (!(maxError > 0 && maxError <= 1)) throw new RangeError(`maxError is ${maxError}; it must be above 0 and at most 1`);
    const root = new URL(`${String(folder).replace(/\/*$/, "")}/`, globalThis.location?.href);
    const file = (/** @type {string} */ name) => fetchFile(new URL(name, root));
    const json = async (/** @type {string} */ name) => JSON.parse(new TextDecoder().decode(await file(name)));
    const engines = new URL(runtime ?? "../runtime/", root), list = json("networks.json"), engine = started(engines, threads);
    const { glyphs, pages, lines, config } = await list, read = new Alphabet(glyphs.card, alphabet);
    const networks = [glyphs, pages, ...(Witness.knows(lines.card.labels, read.labels) ? [lines] : [])];
    const [ort, numbers, ...graphs] = await Promise.all([engine, json(config), ...networks.map(told => file(told.file))]);
    const sessions = [];
    for (const [i, { card, file: name }] of networks.entries()) {
      await checkGraph(graphs[i], card.sha256, name);
      sessions.push(await ort.InferenceSession.create(graphs[i], { executionProviders: ["wasm"] }));
    }
    const classifier = new Classifier(new GlyphNetwork(ort, sessions[0], glyphs.card, glyphs.name), read);
    const detector = new Detector(new PageNetwork(ort, sessions[1], pages.card, pages.name), numbers);
    const witness = sessions[2] ? new Witness(new LineNetwork(ort, sessions[2], lines.card, lines.name)) : null;
    const reader = new Reader(new LineReader(classifier, detector, witness, signsOf(alphabet), maxError), glyphs.name);
    reader.accelerate = () => accelerate(detector.network, engines, () => file(pages.file));
    return reader;
  }

  /** @param {import("./imaging/open.js").Source} source @param {{ rotate?: number | null, quick?: boolean }} [options] */
  async read(source, { rotate = null, quick = false } = {}) {
    const began = performance.now(), picture = await openPicture(source);
    const found = await (quick ? this.lines.readQuickly(picture) : this.lines.read(picture, rotate));
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
