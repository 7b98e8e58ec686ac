/** Reads what it is sent. */

import { Reader } from "./module/digitlens.js";

const starting = Reader.load(new URL("networks/", import.meta.url));

starting.then(
  reader => postMessage({ model: reader.model }),
  error => postMessage({ error: told(error) }),
);

onmessage = async ({ data: { picture, how } }) => {
  try {
    postMessage({ reading: await (await starting)[how](picture) });
  } catch (error) {
    postMessage({ error: told(error) });
  }
};

/** @param {unknown} error */
const told = error => ({ code: error?.code ?? "failed", message: error?.message ?? String(error) });
