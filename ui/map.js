// The map: arrow keys follow the arrows, and the minimap shows and moves what is seen of it.
const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches
const WAYS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }
addEventListener('keydown', event => {
  const card = event.target.closest?.('.map .node')
  const way = WAYS[event.key]
  if (!card || !way || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return
  event.preventDefault()
  const next = document.getElementById(card.dataset[way])
  if (!next) return
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: still() ? 'auto' : 'smooth' })
})

const seen = scroll => {
  const view = scroll.parentElement.querySelector('.minimap .view')
  const map = scroll.querySelector('.map')
  if (!view || !map) return
  const scale = map.viewBox.baseVal.width / map.width.baseVal.value
  const labels = scroll.querySelector('.map-lanes').getBoundingClientRect().width
  view.setAttribute('x', scroll.scrollLeft * scale)
  view.setAttribute('y', scroll.scrollTop * scale)
  view.setAttribute('width', (scroll.clientWidth - labels) * scale)
  view.setAttribute('height', scroll.clientHeight * scale)
}
const begin = () => {
  for (const scroll of document.querySelectorAll('.map-scroll:not([data-begun])')) {
    scroll.dataset.begun = 1
    const at = scroll.querySelector('.node.at, .node.ring')
    if (at) {
      const card = at.getBoundingClientRect(), box = scroll.getBoundingClientRect()
      scroll.scrollLeft += card.left + card.width / 2 - box.left - box.width * .6
      scroll.scrollTop += card.top + card.height / 2 - box.top - box.height / 2
    }
    scroll.addEventListener('scroll', () => seen(scroll), { passive: true })
    new ResizeObserver(() => seen(scroll)).observe(scroll)
  }
}
begin()
addEventListener('htmx:after:swap', begin)
addEventListener('click', event => {
  const mini = event.target.closest?.('.minimap')
  const scroll = mini?.parentElement.querySelector('.map-scroll')
  if (!scroll) return
  const map = scroll.querySelector('.map')
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(mini.getScreenCTM().inverse())
  const scale = map.width.baseVal.value / map.viewBox.baseVal.width
  scroll.scrollTo({ left: at.x * scale - scroll.clientWidth / 2, top: at.y * scale - scroll.clientHeight / 2, behavior: still() ? 'auto' : 'smooth' })
})
