// "?" shows the shortcuts, "g" and a letter goes there; never while typing, and never when switched off.
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
})
