/** Reads what it is sent. */

import { Reader } from "./module/digitlens.js";

const starting = Reader.load(new URL("networks/", import.meta.url));

starting.then(
  reader => postMessage({ model: reader.model }),
  error => postMessage({ error: told(error) }),
);

let accelerating = false; // once the first picture is read: what it takes is only then fetched

onmessage = async ({ data: { picture, options } }) => {
  try {
    postMessage({ reading: await (await starting).read(picture, options) });
  } catch (error) {
    postMessage({ error: told(error) });
  }
  if (!accelerating) {
    accelerating = true;
    starting.then(reader => reader.accelerate(), () => {});
  }
};

/** @param {unknown} error */
const told = error => ({ code: error?.code ?? "failed", message: error?.message ?? String(error) });
