/** The page of the meter walk without a network: the page and its files, which it has put into the cache itself. Nothing else. */
const SHELL = 'gatehouse-meters'
const PAGE_MS = 3000

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate') {
    // Pages whose names begin alike are not ours.
    if (url.pathname === '/meters') event.respondWith(page(request))
  } else if (url.pathname.startsWith('/assets/') || /^\/(theme\.js|favicon|meters\.webmanifest)/.test(url.pathname))
    event.respondWith(kept(request))
})

async function kept(request) {
  const cache = await caches.open(SHELL)
  return (await cache.match(request)) ?? fetch(request)
}
/** A network that is weak answers nothing at all: it is not waited for longer than a reader of meters would. */
async function page(request) {
  const cache = await caches.open(SHELL)
  const had = await cache.match('/meters')
  if (!had) return fetch(request)
  const late = new Promise(resolve => setTimeout(() => resolve(had), PAGE_MS))
  return Promise.race([whole(request).catch(() => had), late])
}
/** A network that breaks off after the first bytes has not answered either. */
async function whole(request) {
  const answer = await fetch(request)
  if (!answer.ok) return answer
  const headers = new Headers(answer.headers)
  // What is here has been unpacked.
  for (const name of ['content-encoding', 'content-length']) headers.delete(name)
  return new Response(await answer.blob(), { headers })
}
