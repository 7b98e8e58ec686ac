/** A camera that reads live: what it sees is read again whenever it is held still. */

const STILL = 4; // grey levels by which small pictures of one scene differ at most, on average
const SMALL = [32, 24]; // pixels of the pictures by which that is told
const EVERY = 120; // ms between two of them
const LONGER = 1280; // pixels of the longer side of what is read: enough for a page

/** Watches a video. */
export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {(picture: ImageBitmap) => Promise<void>} seen given what is held still; the next comes when it is done
   */
  constructor(video, seen) {
    Object.assign(this, { video, seen });
    this.small = new OffscreenCanvas(...SMALL).getContext("2d", { willReadFrequently: true });
  }

  get on() {
    return Boolean(this.stream);
  }

  /** Ask for the camera on the back of a phone, or any. */
  async start() {
    const wanted = { facingMode: "environment", width: { ideal: LONGER }, height: { ideal: 960 } };
    this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.before = this.read = null;
    void this.watch(this.stream);
  }

  stop() {
    this.stream?.getTracks().forEach(track => track.stop());
    this.stream = this.video.srcObject = null;
  }

  /** @param {MediaStream} stream */
  async watch(stream) {
    while (this.stream === stream) {
      const now = this.glance();
      const still = this.before && difference(now, this.before) < STILL, known = this.read && difference(now, this.read) < STILL;
      this.before = now;
      if (still && !known) {
        this.read = now;
        await this.seen(await this.picture());
      }
      await new Promise(done => setTimeout(done, EVERY));
    }
  }

  /** What the camera sees, at a size that is read in time. */
  picture() {
    const { videoWidth: width, videoHeight: height } = this.video, scale = Math.min(1, LONGER / Math.max(width, height));
    return createImageBitmap(this.video, { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale), resizeQuality: "high" });
  }

  glance() {
    this.small.drawImage(this.video, 0, 0, ...SMALL);
    return this.small.getImageData(0, 0, ...SMALL).data;
  }
}

/** The mean difference of levels. */
function difference(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i += 4) sum += Math.abs(one[i + 1] - other[i + 1]);
  return sum / (one.length / 4);
}
