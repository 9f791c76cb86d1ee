# Words of the controls that all screens share.

cancel-job = Cancel { $job }
colours-from-to = { $map } colours from { $low } to { $high }
palette-not-available = not available: { $reason }
palette-hint = Type to search actions
palette-none = No action matches “{ $query }”
palette-some = { $shown } of { $count } actions
theme-dark = Dark
theme-light = Light
theme-high-contrast = High contrast
status-ok = ok
status-warning = warning
status-error = error
status-not-known = not known
canvas-click-to-close = click to close
canvas-description = { $width } × { $height } px at { $percent } %, { $visible } of { $count } shapes in sight
canvas-no-image = No image
canvas-value = value { $value }
channel-all = All channels
channel-red = Red
channel-green = Green
channel-blue = Blue
channel-luminance = Luminance
list-scroll-bar = { $list } scroll bar
chart-gate = Gate { $gate }
chart-mark = Marked: { $mark }
chart-few = { $value }, few
