/** The reader in a worker, so that the page never waits. */

/** Asks the worker, one picture after the other; of pictures that wait, the newest is read. */
export class Engine {
  constructor() {
    this.worker = new Worker("worker.js", { type: "module" });
    this.ready = new Promise((done, failed) => {
      this.worker.addEventListener("message", ({ data }) => (data.error ? failed(new Error(data.error.message)) : done(data.model)), { once: true });
      this.worker.addEventListener("error", event => failed(new Error(event.message || "The reader could not be started.")), { once: true });
    });
    this.reading = Promise.resolve();
    this.newest = 0;
  }

  /**
   * Read a picture.
   * @param {Blob | ImageBitmap} picture
   * @param {{ quick?: boolean }} options
   * @returns {Promise<object | null>} null where a newer picture came before this one's turn
   */
  async read(picture, options = {}) {
    const turn = ++this.newest, before = this.reading;
    let over = () => {};
    this.reading = new Promise(done => { over = done; });
    try {
      await this.ready;
      await before;
      return turn === this.newest ? await this.ask(picture, options) : null;
    } finally {
      over();
    }
  }

  ask(picture, options) {
    return new Promise((done, failed) => {
      this.worker.onmessage = ({ data }) => (data.error ? failed(Object.assign(new Error(data.error.message), data.error)) : done(data.reading));
      this.worker.postMessage({ picture, options }, picture instanceof ImageBitmap ? [picture] : []);
    });
  }
}
