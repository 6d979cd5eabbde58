// After four seconds without an answer, or without a network, one line says so.
const line = document.getElementById('slow')
const say = words => {
  if (!line) return
  line.hidden = !words
  line.textContent = words ?? ''
}
let timer
const start = () => {
  clearTimeout(timer)
  timer = setTimeout(() => say(line?.dataset.slow), 4000)
}
const stop = () => {
  clearTimeout(timer)
  say(navigator.onLine ? '' : line?.dataset.offline)
}
addEventListener('submit', event => { if (!event.defaultPrevented) start() })
addEventListener('htmx:before:request', start)
addEventListener('htmx:finally:request', stop)
addEventListener('offline', stop)
addEventListener('online', stop)
addEventListener('pageshow', stop)
