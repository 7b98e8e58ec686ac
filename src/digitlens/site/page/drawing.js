/** A sheet to draw on. */

const QUIET = 250; // ms that the pen must be up: the second stroke of a 4 or a 5 comes sooner
const PAPER = "#ffffff", INK = "#22303c"; // of the picture that is read, by day and by night

/** What is drawn, and the canvas that shows it. */
export class Sheet {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => number} width of the pen
   * @param {(strokes: number) => void} changed told at once of how many strokes there are
   * @param {(picture: OffscreenCanvas) => void} drawn given the picture once the pen is up for a while
   */
  constructor(canvas, width, changed, drawn) {
    Object.assign(this, { canvas, width, changed, drawn });
    /** @type {{ width: number, points: [number, number][] }[]} */
    this.strokes = [];
    canvas.addEventListener("pointerdown", event => this.begin(event));
    canvas.addEventListener("pointermove", event => this.follow(event));
    for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, () => this.end());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
  }

  undo() {
    this.strokes.pop();
    this.told();
  }

  clear() {
    this.strokes = [];
    this.told();
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.pointer !== undefined || event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    clearTimeout(this.waiting);
    this.pointer = event.pointerId;
    this.strokes.push({ width: this.width(), points: [this.point(event)] });
    this.repaint();
  }

  /** @param {PointerEvent} event */
  follow(event) {
    if (event.pointerId !== this.pointer) return;
    const seen = event.getCoalescedEvents?.() ?? [];
    this.strokes[this.strokes.length - 1].points.push(...(seen.length ? seen : [event]).map(one => this.point(one)));
    this.repaint();
  }

  end() {
    if (this.pointer === undefined) return;
    this.pointer = undefined;
    this.told();
  }

  told() {
    clearTimeout(this.waiting);
    this.repaint();
    this.changed(this.strokes.length);
    if (this.strokes.length) this.waiting = setTimeout(() => this.drawn(this.picture()), QUIET);
  }

  /** The sheet as it is read, dark on white. */
  picture() {
    const picture = new OffscreenCanvas(this.canvas.width, this.canvas.height), context = picture.getContext("2d");
    context.fillStyle = PAPER;
    context.fillRect(0, 0, picture.width, picture.height);
    paint(context, this.strokes, INK);
    return picture;
  }

  repaint() {
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    paint(context, this.strokes, getComputedStyle(this.canvas).color);
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  point(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [((event.clientX - left) * this.canvas.width) / width, ((event.clientY - top) * this.canvas.height) / height];
  }
}

/** A stroke goes through the middles between its points, bent by the points. */
function paint(context, strokes, ink) {
  Object.assign(context, { strokeStyle: ink, lineCap: "round", lineJoin: "round" });
  for (const { width, points } of strokes) {
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...points[0]);
    points.slice(1).forEach(([x, y], i) => {
      const [u, v] = points[i];
      context.quadraticCurveTo(u, v, (u + x) / 2, (v + y) / 2);
    });
    const [x, y] = points[points.length - 1];
    context.lineTo(x + 0.01, y); // a line of no length at all leaves no dot
    context.stroke();
  }
}
