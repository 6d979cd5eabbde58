// Everything here is a help on top of pages that work without it.
import 'htmx.org/dist/htmx.min.js'
import './forms.js'
import './keys.js'
import './menus.js'
import './slow.js'
import './swaps.js'
import './theme.js'
