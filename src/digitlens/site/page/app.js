/** The page: what is drawn, chosen, dropped, pasted or seen by the camera is read, and the reading shown. */

import { Camera } from "./camera.js";
import { Sheet } from "./drawing.js";
import { Engine } from "./engine.js";
import { clear, say, show } from "./result.js";

const find = id => document.getElementById(id);
const engine = new Engine();
let shown = ""; // the address of the picture that is shown
let latest = null;

/** Read a picture and show what it says. @param {Blob} picture @param {string} name */
async function read(picture, name) {
  say("Reading …");
  try {
    const reading = await engine.read(picture);
    if (!reading) return;
    const bitmap = await createImageBitmap(picture), { width, height } = bitmap;
    bitmap.close();
    present(reading, picture, { width, height, name });
  } catch (error) {
    failed(error);
  }
}

/**
 * Read a frame of the camera and show what it says.
 * @param {ImageBitmap} frame is used up
 * @param {boolean} quick
 * @returns {Promise<boolean>} whether it is sure
 */
async function readFrame(frame, quick) {
  const { width, height } = frame, canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").drawImage(frame, 0, 0);
  try {
    const [reading, seen] = await Promise.all([engine.read(frame, { quick }), canvas.convertToBlob({ type: "image/jpeg" })]);
    if (reading && camera.on) present(reading, seen, { width, height, name: "camera.jpg" });
    return Boolean(reading?.accepted);
  } catch (error) {
    failed(error);
    return false;
  }
}

/** Show what a picture says. @param {object} reading @param {Blob} picture @param {{ width: number, height: number, name: string }} told */
function present(reading, picture, told) {
  URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(picture);
  latest = reading;
  show(reading, { url: shown, ...told });
}

/** @param {Error} error */
function failed(error) {
  clear();
  say(`This could not be read. ${error.message}`);
}

const sheet = new Sheet(find("sheet"), () => Number(find("pen").value), strokes => {
  find("undo").disabled = find("clear").disabled = !strokes;
  find("hint").hidden = strokes > 0;
  if (!strokes) {
    clear();
    say("Ready.");
  }
}, async picture => read(await picture.convertToBlob(), "drawing.png"));

const camera = new Camera(find("camera"), readFrame);

/** @param {Iterable<File>} files */
function take(files) {
  const [file] = files;
  if (!file) return;
  stopCamera();
  void read(file, file.name);
}

function stopCamera() {
  camera.stop();
  showCamera();
}

function showCamera() {
  find("live").setAttribute("aria-pressed", String(camera.on));
  find("camera").hidden = !camera.on;
  find("sheet").hidden = find("drawing").hidden = camera.on;
  find("hint").hidden = camera.on || sheet.strokes.length > 0;
}

async function toggleCamera() {
  if (camera.on) return stopCamera();
  try {
    await camera.start();
    clear();
    say("Hold the page still: it is read at once.");
  } catch (error) {
    camera.stop();
    say(`There is no camera to be had (${error.message}). Allow it for this page, or choose a picture.`);
  }
  showCamera();
}

function listen() {
  const on = (id, type, act) => find(id).addEventListener(type, act);
  on("undo", "click", () => sheet.undo());
  on("clear", "click", () => sheet.clear());
  on("choose", "click", () => find("file").click());
  on("file", "change", event => {
    take(event.target.files);
    event.target.value = ""; // so that the same file can be chosen again
  });
  on("live", "click", toggleCamera);
  on("example", "click", async () => read(await (await fetch("example.jpg")).blob(), "example.jpg"));
  on("copy", "click", async () => {
    await navigator.clipboard.writeText(latest.text);
    say("Copied.");
  });
  addEventListener("keydown", event => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z" || !sheet.strokes.length) return;
    event.preventDefault();
    sheet.undo();
  });
  addEventListener("paste", event => take(event.clipboardData.files));
  for (const type of ["dragover", "dragleave", "drop"]) {
    addEventListener(type, event => {
      event.preventDefault();
      find("drop").classList.toggle("over", type === "dragover");
      if (type === "drop") take(event.dataTransfer.files);
    });
  }
}

/** Keep the site for times without a network, once the reader is there: it comes first. */
async function keep() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("sw.js");
  await navigator.serviceWorker.ready;
  find("offline").textContent = "It works without a network too.";
}

listen();
engine.ready.then(
  model => {
    find("model").textContent = `Read by ${model}.`;
    if (find("status").textContent === "Starting …") say("Ready.");
    return keep();
  },
  error => say(`The reader could not be started. ${error.message}`),
).catch(() => {}); // a browser that keeps nothing reads all the same
