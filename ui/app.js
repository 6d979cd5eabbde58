// Everything here is a help on top of pages that work without it.
import 'htmx.org/dist/htmx.min.js'
import './theme.js' // before forms.js: what it sends itself is not sent again
import './forms.js'
import './builder.js'
import './keys.js'
import './map.js'
import './menus.js'
import './print.js'
import './slow.js'
import './swaps.js'
