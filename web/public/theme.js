// Runs before the first paint, so that a dark room never sees a white flash.
// A file of its own, because the content security policy allows no inline script.
;(() => {
  let wanted = 'system'
  try {
    wanted = localStorage.getItem('lakewright.theme') ?? 'system'
  } catch {
    // Storage may be switched off; then the system decides.
  }
  const dark =
    wanted === 'dark' || (wanted === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()
