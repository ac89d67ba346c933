// Before the first paint, so that a dark room gets no white flash. A file of its own: the page allows no inline script.
const kept = localStorage.getItem('gatehouse.theme')
document.documentElement.dataset.theme =
  kept === 'dark' || kept === 'light' ? kept : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
