/** A camera that reads live: what it sees is read whenever it is held still, quickly at first, and closely if that leaves a doubt. */

const STILL = 4; // grey levels by which small pictures of one scene differ at most, on average
const SMALL = [32, 24]; // pixels of the pictures by which that is told
const EVERY = 100; // ms between two of them
const CLOSE = 1280; // pixels of the longer side of what is read closely: enough for a page
const QUICK = 640; // and of what is read quickly
const PATIENT = 1000; // ms that a page is held still before it is read closely

/** Watches a video. */
export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {(frame: ImageBitmap, quick: boolean) => Promise<boolean>} seen given what is held still; tells whether it is
   *   read for sure; the next comes when it is done
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
    const wanted = { facingMode: "environment", width: { ideal: CLOSE }, height: { ideal: 960 } };
    this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    this.video.srcObject = this.stream;
    await this.video.play();
    void this.watch(this.stream);
  }

  stop() {
    this.stream?.getTracks().forEach(track => track.stop());
    this.stream = this.video.srcObject = null;
  }

  /** @param {MediaStream} stream */
  async watch(stream) {
    let before = null, read = null, again = Infinity; // what was read last, and when it is to be read once more
    while (this.stream === stream) {
      const now = this.glance(), still = alike(now, before);
      if (still && !alike(now, read)) {
        const sure = await this.seen(await this.picture(QUICK), true);
        read = now;
        again = sure ? Infinity : performance.now() + PATIENT;
      } else if (still && performance.now() > again) {
        await this.seen(await this.picture(CLOSE), false);
        again = Infinity;
      }
      before = now;
      await new Promise(done => setTimeout(done, EVERY));
    }
  }

  /** What the camera sees. @param {number} longer pixels that its longer side has at most */
  picture(longer) {
    const { videoWidth: width, videoHeight: height } = this.video, scale = Math.min(1, longer / Math.max(width, height));
    return createImageBitmap(this.video, { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale), resizeQuality: "high" });
  }

  glance() {
    this.small.drawImage(this.video, 0, 0, ...SMALL);
    return this.small.getImageData(0, 0, ...SMALL).data;
  }
}

/** Whether two glances show one scene. @param {Uint8ClampedArray} now @param {Uint8ClampedArray | null} other */
function alike(now, other) {
  if (!other) return false;
  let sum = 0;
  for (let i = 1; i < now.length; i += 4) sum += Math.abs(now[i] - other[i]);
  return sum / (now.length / 4) < STILL;
}
