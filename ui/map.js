// The map: arrow keys follow its arrows; it opens at the selection, and its minimap shows what is seen of it.
addEventListener('keydown', event => {
  const { key, target } = event
  const way = key.startsWith('Arrow') && target.closest?.('.map .node')?.dataset[key.slice(5).toLowerCase()]
  if (!way || event.metaKey || event.ctrlKey || event.altKey) return
  event.preventDefault()
  const next = document.getElementById(way)
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest', inline: 'nearest' })
})
const open = () => {
  const box = document.querySelector('.map-scroll:not([data-open])')
  if (!box) return
  box.dataset.open = 1
  const map = box.querySelector('.map'), view = box.parentElement.querySelector('.view')
  const see = () => {
    const scale = map.viewBox.baseVal.height / map.height.baseVal.value
    const { scrollLeft: x, scrollTop: y, clientWidth, clientHeight: height } = box
    for (const [name, size] of Object.entries({ x, y, width: clientWidth - map.previousSibling.clientWidth, height })) view.setAttribute(name, size * scale)
  }
  const at = map.querySelector('.at, .node.ring')?.getBoundingClientRect(), seen = box.getBoundingClientRect()
  if (at) box.scrollBy(at.x - seen.x - seen.width / 2, at.y - seen.y - seen.height / 2)
  box.addEventListener('scroll', see, { passive: true })
  new ResizeObserver(see).observe(box)
}
open()
addEventListener('htmx:after:swap', open)
