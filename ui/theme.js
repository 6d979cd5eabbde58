// Light and dark at once, without a page load; the form behind the button still tells the server.
const root = document.documentElement
addEventListener('submit', event => {
  const form = event.target, button = event.submitter
  if (!form.matches('[data-preferences]') || button?.name !== 'theme') return
  event.preventDefault()
  const body = new FormData(form, button)
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  const theme = button.dataset.toggle !== undefined ? (dark ? 'light' : 'dark') : button.value
  body.set('theme', theme)
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
  for (const b of document.querySelectorAll('[data-preferences] [name=theme][aria-pressed]')) b.ariaPressed = String(b.value === theme)
  fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => {})
})
