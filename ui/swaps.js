// Focus after the server's answer: the error summary first, else what had it before the swap, else the part that changed.
let held
const toSummary = within => within.querySelector?.('.error-summary')?.focus()
toSummary(document)
addEventListener('htmx:before:swap', () => { held = document.activeElement })
addEventListener('htmx:after:swap', ({ target }) => {
  if (document.activeElement !== document.body || !held || held === document.body) return
  const part = document.getElementById(target.id) ?? document.getElementById('main')
  const again = held.id && document.getElementById(held.id)
  if (again) again.focus()
  else part.querySelector('.error-summary, [autofocus], h2, h3')?.focus()
})
// A toast that was there when the page came is put into a live region, so that it is read out.
const toasts = document.getElementById('toasts')?.innerText.trim()
if (toasts) setTimeout(() => { document.getElementById('said').textContent = toasts }, 300)
