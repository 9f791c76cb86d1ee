# Words of the controls that all screens share.

cancel-job = { $job } abbrechen
colours-from-to = Farben von { $map } von { $low } bis { $high }
palette-not-available = nicht verfügbar: { $reason }
palette-hint = Tippen, um Aktionen zu suchen
palette-none = Keine Aktion passt zu „{ $query }“
palette-some = { $shown } von { $count } Aktionen
theme-dark = Dunkel
theme-light = Hell
theme-high-contrast = Hoher Kontrast
status-ok = in Ordnung
status-warning = Warnung
status-error = Fehler
status-not-known = unbekannt
canvas-click-to-close = Klick schließt
canvas-description = { $width } × { $height } px bei { $percent } %, { $visible } von { $count } Formen in Sicht
canvas-no-image = Kein Bild
canvas-value = Wert { $value }
channel-all = Alle Kanäle
channel-red = Rot
channel-green = Grün
channel-blue = Blau
channel-luminance = Helligkeit
list-scroll-bar = Bildlaufleiste: { $list }
chart-gate = Schranke { $gate }
chart-mark = Markiert: { $mark }
chart-few = { $value }, wenige
