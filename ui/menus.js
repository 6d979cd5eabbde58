// The tab of the page that is open is in sight, however many there are before it.
for (const tab of document.querySelectorAll('.tabs [aria-current]')) tab.scrollIntoView({ block: 'nearest', inline: 'center' })

// Menus (<details class="menu">) close on Esc, on a click elsewhere and when another opens; buttons open dialogs by id.
const open = () => document.querySelectorAll('details.menu[open]')
addEventListener('click', event => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false
  const { target } = event
  const opener = target.closest('[data-open]')
  if (opener) document.getElementById(opener.dataset.open)?.showModal()
  target.closest('[data-dismiss]')?.closest('.toast, .banner').remove()
  if (target.matches('dialog') || target.closest('[data-close]')) target.closest('dialog').close()
})
addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  for (const menu of open()) {
    menu.open = false
    menu.firstElementChild.focus()
  }
})
