// In a search field of the requirement builder, Enter searches; without this it would save the whole form.
addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !event.target.matches?.('[data-find]')) return
  event.preventDefault()
  event.target.parentElement.querySelector('button')?.click()
})
