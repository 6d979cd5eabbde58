// A form is sent once, its button busy at once; passwords can be shown; files can be dropped.
addEventListener('submit', event => {
  const form = event.target
  if (event.defaultPrevented || form.method !== 'post' || 'again' in form.dataset) return // again: it answers with a file
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = 1
  const button = event.submitter ?? form.querySelector('[type=submit]')
  if (button) button.ariaBusy = 'true'
})
addEventListener('pageshow', () => {       // back from the next page: the form may be sent again
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent
  for (const button of document.querySelectorAll('button[aria-busy]')) button.removeAttribute('aria-busy')
})
addEventListener('click', event => {
  const button = event.target.closest('[data-reveal]')
  if (!button) return
  const input = document.getElementById(button.dataset.reveal)
  const shown = input.type === 'text'
  input.type = shown ? 'password' : 'text'
  button.ariaPressed = String(!shown)
})
const drag = event => {
  const drop = event.target.closest?.('.drop')
  if (!drop) return
  const { type, dataTransfer } = event
  event.preventDefault()
  drop.classList.toggle('is-over', type === 'dragover')
  if (type === 'drop') drop.querySelector('input').files = dataTransfer.files
}
for (const type of ['dragover', 'dragleave', 'drop']) addEventListener(type, drag)
