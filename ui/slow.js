// After four seconds without an answer, or without a network, one line says so. Each request has its own clock.
const line = document.getElementById('slow')
const clocks = new Map()
const say = words => {
  if (!line) return
  line.hidden = !words
  line.textContent = words
}
const start = request => clocks.set(request, setTimeout(() => say(line?.dataset.slow), 4000))
const stop = request => {
  clearTimeout(clocks.get(request))
  clocks.delete(request)
  if (!clocks.size) state()
}
const state = () => say(navigator.onLine ? '' : line?.dataset.offline)
addEventListener('submit', event => { if (!event.defaultPrevented && !('again' in event.target.dataset)) start('page') })
addEventListener('pageshow', () => stop('page'))
addEventListener('htmx:before:request', event => start(event.detail.ctx))
addEventListener('htmx:finally:request', event => stop(event.detail.ctx))
addEventListener('offline', state)
addEventListener('online', state)
