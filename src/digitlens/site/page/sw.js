/* Keeps the whole site, so that it works without a network; and lets its pages use threads. */

const KEPT = "digitlens-VERSION_OF_THE_SITE";
const FILES = ["FILES_OF_THE_SITE"];

/* A page that is isolated from all other origins may use threads. */
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

addEventListener("install", event => event.waitUntil(fetched().then(() => self.skipWaiting())));
addEventListener("activate", event => event.waitUntil(tidied().then(() => self.clients.claim())));
addEventListener("fetch", event => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method === "GET" && origin === location.origin && pathname.startsWith(new URL("./", location).pathname)) {
    event.respondWith(answer(event.request));
  }
});

/* Each file as the server has it now; what has not changed does not travel again. */
async function fetched() {
  const kept = await caches.open(KEPT);
  await kept.addAll(FILES.map(name => new Request(name, { cache: "no-cache" })));
}

async function tidied() {
  const names = await caches.keys();
  await Promise.all(names.filter(name => name.startsWith("digitlens-") && name !== KEPT).map(name => caches.delete(name)));
}

async function answer(request) {
  const kept = await caches.open(KEPT), asked = request.mode === "navigate" ? "index.html" : request;
  const found = (await kept.match(asked, { ignoreSearch: true })) ?? (await fetch(request));
  const headers = new Headers(found.headers);
  for (const [name, value] of Object.entries(ISOLATED)) headers.set(name, value);
  return new Response(found.body, { status: found.status, statusText: found.statusText, headers });
}
