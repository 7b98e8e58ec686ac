/** The graphics processor as a faster engine, where a browser has WebGPU: used if it computes the same, and sooner. */

import { fetchFile } from "./session.js";

/** @typedef {import("./session.js").Engine} Engine */
/** @typedef {import("./pages.js").PageNetwork} PageNetwork */

const PROBE = [224, 288]; // height and width of the picture that both compute: as a page is looked at first
const SAME = 1e-3; // by which answers may differ
const ROUNDS = 3; // the first of which makes programs ready, and counts for nothing

/**
 * Give a page network the graphics processor, if there is one that computes the same as the processor does, and sooner.
 * @param {PageNetwork} network
 * @param {URL} runtime the folder of ONNX Runtime's files
 * @param {() => Promise<ArrayBuffer>} graph of the network
 * @returns {Promise<boolean>} whether it has it now
 */
export async function accelerate(network, runtime, graph) {
  try {
    if (!(await hasGpu())) return false;
    const engine = await gpuEngine(runtime, await graph()), { difference, processor, gpu } = await compared(network, engine, PROBE);
    if (difference <= SAME && gpu < processor) network.faster = engine;
    else await engine.session.release();
  } catch {
    network.faster = null; // whatever a driver does, the processor is still there
  }
  return network.faster !== null;
}

/** Whether the browser has WebGPU on more than the processor itself, and WebAssembly that can wait for it. */
async function hasGpu() {
  const { gpu } = /** @type {any} */ (navigator);
  if (!gpu || !("Suspending" in WebAssembly)) return false;
  const adapter = await gpu.requestAdapter();
  return Boolean(adapter) && !adapter.info.isFallbackAdapter;
}

/**
 * A session of a graph on the graphics processor.
 * @param {URL} runtime
 * @param {ArrayBuffer} graph
 * @returns {Promise<Engine>}
 */
export async function gpuEngine(runtime, graph) {
  const binary = fetchFile(new URL("ort-wasm-simd-threaded.jspi.wasm.gz", runtime));
  const { default: ort } = await import(new URL("ort.jspi.min.mjs", runtime).href), { wasm } = ort.env;
  Object.assign(wasm, { numThreads: 1, wasmPaths: runtime.href, wasmBinary: await binary });
  return { runtime: ort, session: await ort.InferenceSession.create(graph, { executionProviders: ["webgpu"] }) };
}

/**
 * By how much two engines differ on one picture, and how long each takes for it, ms at least.
 * @param {PageNetwork} network on the processor
 * @param {Engine} engine
 * @param {number[]} size height and width, multiples of 32
 */
export async function compared(network, engine, [height, width]) {
  const image = Float32Array.from({ length: height * width }, (_, i) => 2 * Math.sin(i * i));
  const timed = async (/** @type {Engine} */ one) => {
    let least = Infinity;
    /** @type {{ data: Float32Array }[]} */
    let answers = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      answers = await network.answers(one, image, height, width);
      if (round) least = Math.min(least, performance.now() - began);
    }
    return { answers, least };
  };
  const processor = await timed(network), gpu = await timed(engine);
  let difference = 0;
  processor.answers.forEach(({ data }, k) => {
    for (let i = 0; i < data.length; i++) difference = Math.max(difference, Math.abs(data[i] - gpu.answers[k].data[i]));
  });
  return { difference, processor: processor.least, gpu: gpu.least };
}
