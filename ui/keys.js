// "?" shows the shortcuts, "g" and a letter goes there, "j" and "k" go on and back; never while typing, and never when
// switched off.
let waiting = 0
addEventListener('keydown', event => {
  const { key, target } = event
  if (event.metaKey || event.ctrlKey || event.altKey || document.body.dataset.shortcuts === 'off') return
  if (target.closest?.('input, textarea, select, [contenteditable], dialog')) return
  if (key === '?') document.getElementById('shortcuts')?.showModal()
  else if (Date.now() < waiting) {
    waiting = 0
    document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click()
  } else if (key === 'g') waiting = Date.now() + 1200
  else if (key === 'j') step(1)
  else if (key === 'k') step(-1)
})

// In a list to what is done first with the item after or before; on the page of an item to the one beside it.
const step = by => {
  const items = [...document.querySelectorAll('[data-item]')]
  if (!items.length) return document.querySelector(by > 0 ? '[data-step="on"]' : '[data-step="back"]')?.click()
  const here = items.findIndex(item => item.contains(document.activeElement))
  const next = here < 0 && by < 0 ? items.length - 1 : Math.max(0, Math.min(items.length - 1, here + by))
  items[next].querySelector('a, button, summary')?.focus()
}
