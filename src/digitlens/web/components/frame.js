/* How large a picture is in its pane, and what of it shows: enlarged by wheel, pinch, keys and buttons, moved by scrolling. */

const MOST = 8, STEP = 1.25;  // times as large at most, and at a step
const GROWN = 1.6, SMALL = 27;  // at 100 %: pixels of the screen for one of a picture, at most, or as many rem high
const frames = new WeakMap();

class Frame {
  constructor(root) {
    [this.pane, this.figure, this.image] = ["pane", "figure", "img"].map((name) => root.querySelector(name === "pane" ? ".pane" : name));
    this.output = root.querySelector("output");
    this.scale = 1;
    this.size = [1, 1];
    this.pointers = new Map();
    this.listening = new AbortController();
    const on = (element, types, act, options = {}) =>
      types.split(" ").forEach((type) => element.addEventListener(type, act, { signal: this.listening.signal, ...options }));
    for (const [name, act] of Object.entries({ in: () => this.zoom(STEP), out: () => this.zoom(1 / STEP), wide: () => this.fit(), whole: () => this.fit(true) }))
      on(root.querySelector(`.${name}`), "click", act);
    on(this.pane, "wheel", (event) => this.wheel(event), { passive: false });
    on(this.pane, "keydown", (event) => this.key(event));
    on(this.pane, "pointerdown", (event) => this.down(event));
    on(this.pane, "pointermove", (event) => this.move(event));
    on(this.pane, "pointerup pointercancel pointerleave", (event) => this.pointers.delete(event.pointerId));
    on(this.image, "load", () => this.fit());
    this.resized = new ResizeObserver(() => this.lay());
    this.resized.observe(this.pane);
  }

  /* Show a picture. Its place is as large as it from the first: nothing on the page moves away under a finger when it comes. */
  show({ image, alt, wide, high }) {
    if (this.image.src !== image) Object.assign(this.image, { width: wide, height: high, src: image });
    this.image.alt = alt;
    this.size = [wide, high];
    this.pane.setAttribute("aria-label", `${alt}; + and - enlarge it, 0 fits it`);
  }

  /* Pixels that the picture is wide at 100 %: as wide as the pane, but no small picture is blown up. */
  get width() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const [wide, high] = this.size;
    return Math.max(1, Math.min(this.pane.clientWidth, Math.max(GROWN * wide, SMALL * rem * wide / Math.max(1, high))));
  }

  fit(whole = false) {
    const high = this.width * this.size[1] / Math.max(1, this.size[0]);
    const most = parseFloat(getComputedStyle(this.pane).maxHeight) - 2;
    this.scale = whole ? Math.min(1, most / high) : 1;
    this.lay();
  }

  zoom(times, x = this.pane.clientWidth / 2, y = this.pane.clientHeight / 2) {
    const { pane } = this, before = this.scale;
    const at = [(pane.scrollLeft + x), (pane.scrollTop + y)];
    this.scale = Math.min(MOST, Math.max(0.1, this.scale * times));
    this.lay();
    const grown = this.scale / before;
    pane.scrollTo(at[0] * grown - x, at[1] * grown - y);
  }

  lay() {
    this.figure.style.width = `${this.width * this.scale}px`;
    this.output.textContent = `${Math.round(100 * this.scale)} %`;
    this.laid?.();
  }

  within(event) {
    const seen = this.pane.getBoundingClientRect();
    return [event.clientX - seen.left, event.clientY - seen.top];
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;  // a wheel alone moves the picture, and then the page
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 300), ...this.within(event));
  }

  key(event) {
    if (event.target !== this.pane || event.ctrlKey || event.metaKey) return;
    const act = { "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), 0: () => this.fit() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  down(event) {
    this.pointers.set(event.pointerId, event);
  }

  /* One pointer of a mouse drags; two fingers pinch. One finger scrolls by itself. */
  move(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    if (this.pointers.size === 2) {
      const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const [x, y] = this.within(event), [u, v] = this.within(other);
      this.zoom(apart(event) / Math.max(1, apart(last)), (x + u) / 2, (y + v) / 2);
    } else if (event.pointerType === "mouse" && event.buttons === 1) {
      this.pane.scrollBy(last.clientX - event.clientX, last.clientY - event.clientY);
    }
    this.pointers.set(event.pointerId, event);
  }

  /* Bring a place into the pane, where it is not in it. */
  reveal(button) {
    const seen = this.pane.getBoundingClientRect(), place = button.getBoundingClientRect();
    const beyond = (low, high, from, to) => (from < low || to > high ? (from + to - low - high) / 2 : 0);
    this.pane.scrollBy(beyond(seen.left, seen.right, place.left, place.right), beyond(seen.top, seen.bottom, place.top, place.bottom));
  }

  leave() {
    this.listening.abort();
    this.resized.disconnect();
  }
}
