/* A sheet to draw on. Streamlit calls the function at the end for every run of the page that changes something, and
   for every change of theme; the elements stay the same, or are new ones where the sheet had left the page. */

const QUIET = 250;  // ms that the pen must be up: the second stroke of a 4 or a 5 comes sooner
const INK = "#22303c", PAPER = "#ffffff";  // of the picture that is read, by day and by night
const PEN = { min: 6, max: 30, step: 2, usual: 14 };  // widths, in pixels of the picture
const PRESSED = [0.6, 0.8];  // a pen's line is this wide where it hardly touches, and how much wider when pressed

const sheets = new Map();  // by key: what is drawn outlives the elements that show it
const pads = new WeakMap();  // by the root of the elements

/* What is drawn: after each act the strokes that are there, a stroke being its points {x, y, width}. */
class Sheet {
  constructor({ version, width, height }) {
    Object.assign(this, { version, width, height, brush: PEN.usual, states: [[]] });
  }

  get strokes() { return this.states.at(-1); }
  get undoable() { return this.states.length > 1; }
  add(stroke) { this.states.push([...this.strokes, stroke]); }
  clear() { this.states.push([]); }
  undo() { this.states.pop(); }

  /* The sheet as a PNG of its own size, dark on white; null where it is empty. */
  get picture() {
    if (!this.strokes.length) return null;
    const canvas = Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
    const context = canvas.getContext("2d");
    context.fillStyle = PAPER;
    context.fillRect(0, 0, this.width, this.height);
    paint(context, this.strokes, INK);
    return canvas.toDataURL("image/png");
  }
}

function sheetOf(data) {
  if (sheets.get(data.key)?.version !== data.version) sheets.set(data.key, new Sheet(data));
  return sheets.get(data.key);
}

function paint(context, strokes, ink) {
  context.strokeStyle = ink;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) trace(context, stroke);
}

/* A stroke goes through the middles between its points, bent by the points; a new path where the width changes. */
function trace(context, stroke) {
  let at = stroke[0];
  const begin = width => {
    context.beginPath();
    context.lineWidth = width;
    context.moveTo(at.x, at.y);
  };
  begin(at.width);
  stroke.slice(1).forEach((point, i) => {
    if (point.width !== context.lineWidth) {
      context.stroke();
      begin(point.width);
    }
    const bend = stroke[i];
    at = { x: (bend.x + point.x) / 2, y: (bend.y + point.y) / 2 };
    context.quadraticCurveTo(bend.x, bend.y, at.x, at.y);
  });
  const last = stroke.at(-1);
  context.lineTo(last.x + 0.01, last.y);  // a line of no length at all leaves no dot
  context.stroke();
}

/* The elements that show a sheet. */
class Pad {
  constructor(root) {
    const find = selector => root.querySelector(selector);
    this.frame = find(".pad");
    this.canvas = find("canvas");
    this.brush = find("input");
    this.told = find(".told");
    this.buttons = { undo: find(".undo"), clear: find(".clear") };
    this.context = this.canvas.getContext("2d");
    this.listening = new AbortController();
    this.listen();
    this.resized = new ResizeObserver(() => this.repaint());
    this.resized.observe(this.canvas);
  }

  listen() {
    const on = (element, types, act) =>
      types.split(" ").forEach(type => element.addEventListener(type, act, { signal: this.listening.signal }));
    on(this.canvas, "pointerdown", event => this.begin(event));
    on(this.canvas, "pointermove", event => this.follow(event));
    on(this.canvas, "pointerup pointercancel", event => this.end(event));
    on(this.canvas, "contextmenu", event => event.preventDefault());
    on(this.brush, "input", () => this.choose());
    on(this.buttons.undo, "click", () => this.undo());
    on(this.buttons.clear, "click", () => this.clear());
    on(this.frame, "keydown", event => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      this.undo();
    });
  }

  /* Show a sheet, and send what is drawn on it through `send`. */
  show(sheet, send) {
    this.send = send;
    if (sheet !== this.sheet) {
      this.sheet = sheet;
      this.stroke = null;
      clearTimeout(this.waiting);
      Object.assign(this.brush, { min: PEN.min, max: PEN.max, step: PEN.step, value: sheet.brush });
      this.choose();
      this.tell("");
      if (sheet.undoable) this.deliver();  // the page may have forgotten what it was sent before
    }
    this.repaint();
  }

  leave() {
    this.listening.abort();
    this.resized.disconnect();
    clearTimeout(this.waiting);
  }

  choose() {
    const share = (this.brush.value - PEN.min) / (PEN.max - PEN.min);
    this.sheet.brush = Number(this.brush.value);
    this.brush.setAttribute("aria-valuetext", share < 0.25 ? "thin" : share < 0.65 ? "medium" : "thick");
  }

  begin(event) {
    if (this.stroke || event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    clearTimeout(this.waiting);
    this.pointer = event.pointerId;
    this.stroke = [this.point(event)];
    this.repaint();
  }

  follow(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const seen = event.getCoalescedEvents?.() ?? [];
    this.stroke.push(...(seen.length ? seen : [event]).map(one => this.point(one)));
    this.repaintSoon();
  }

  end(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    this.sheet.add(this.stroke);
    this.stroke = null;
    this.changed(this.counted("drawn"));
  }

  undo() {
    if (this.stroke || !this.sheet.undoable) return;
    this.sheet.undo();
    this.changed(`Undone: ${this.counted("left")}`);
  }

  clear() {
    if (this.stroke || !this.sheet.strokes.length) return;
    this.sheet.clear();
    this.changed("Cleared. Undo brings it back.");
  }

  changed(words) {
    this.repaint();
    this.tell(words);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.deliver(), QUIET);
  }

  deliver() {
    this.send("drawing", { version: this.sheet.version, picture: this.sheet.picture });
  }

  counted(what) {
    const count = this.sheet.strokes.length;
    return `${count || "no"} ${count === 1 ? "stroke" : "strokes"} ${what}.`;
  }

  tell(words) {
    this.told.textContent = words || "Read as you lift the pen; several digits are fine.";
  }

  /* Where the pen is on the sheet, and how wide it writes. */
  point(event) {
    const seen = this.canvas.getBoundingClientRect();
    const pressed = event.pointerType === "pen" ? PRESSED[0] + PRESSED[1] * event.pressure : 1;
    return {
      x: (event.clientX - seen.left) / seen.width * this.sheet.width,
      y: (event.clientY - seen.top) / seen.height * this.sheet.height,
      width: Math.round(2 * this.sheet.brush * pressed) / 2,
    };
  }

  repaintSoon() {
    this.frameAsked ??= requestAnimationFrame(() => this.repaint());
  }

  /* Everything anew, as fine as the screen is. */
  repaint() {
    cancelAnimationFrame(this.frameAsked);
    this.frameAsked = null;
    const { canvas, context, sheet } = this, seen = canvas.getBoundingClientRect();
    const size = { width: Math.round(seen.width * devicePixelRatio), height: Math.round(seen.height * devicePixelRatio) };
    if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    context.setTransform(size.width / sheet.width, 0, 0, size.height / sheet.height, 0, 0);
    context.clearRect(0, 0, sheet.width, sheet.height);
    paint(context, this.stroke ? [...sheet.strokes, this.stroke] : sheet.strokes, getComputedStyle(canvas).color);
    this.frame.classList.toggle("drawn", Boolean(this.stroke || sheet.strokes.length));
    this.buttons.undo.setAttribute("aria-disabled", String(!sheet.undoable));
    this.buttons.clear.setAttribute("aria-disabled", String(!sheet.strokes.length));
  }
}

/* Streamlit may undo a call that it has overtaken: only the last call's undoing takes the pad down. */
export default function ({ data, parentElement, setStateValue }) {
  const pad = pads.get(parentElement) ?? new Pad(parentElement);
  pads.set(parentElement, pad);
  pad.show(sheetOf(data), setStateValue);
  const turn = pad.turn = (pad.turn ?? 0) + 1;
  return () => {
    if (pad.turn !== turn) return;
    pad.leave();
    pads.delete(parentElement);
  };
}
