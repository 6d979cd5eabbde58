// A button that prints the page, or saves it as PDF, as the browser offers it.
document.addEventListener('click', event => {
  if (event.target.closest('[data-print]')) window.print()
})
