# The shell: top bar, rail, status bar, messages, list of keys, settings, and what the threads behind it tell.

# Buttons of actions: the hover of one that cannot be used, with the reason why.
shell-button-reason = { $action }: { $reason }
# Title of an action that gives the class of a digit.
shell-class-title = Klasse { $digit }: { $name }
# Name of the palette's search field.
shell-palette = Aktion suchen

# Top bar.
shell-versions = Regelwerk { $policy } · Ontologie { $ontology }
shell-no-project = Kein Projekt
# Hover of the button that changes the theme; $theme is its name.
shell-theme-hover = Farbschema: { $theme }
# Name of that button.
shell-theme-switch = Farbschema wechseln
# The button with the name of who is at the desk, its hover, and the field for another name.
shell-person = Am Arbeitsplatz
shell-person-hover = Entscheidungen werden unter diesem Namen festgehalten. Zum Ändern klicken
shell-person-hint = Eigener Name
shell-person-field = Name am Arbeitsplatz

# Rail: name of a button that goes to a screen; $screen is its title.
shell-go-to = Zu „{ $screen }“ wechseln

# Status bar.
shell-all-saved = Alles gespeichert
shell-saving = Wird gespeichert: { $count } …
# Rate and remaining time of a job.
shell-left-seconds = { $rate }/s, noch { $seconds } s
shell-left-minutes = { $rate }/s, noch { $minutes } min

# Messages: name of the × that takes one away; the part that can be unfolded.
shell-dismiss = Meldung schließen: { $what }
shell-details = Einzelheiten

# List of keys: heading, sentence below it, and the line with the preset.
shell-keys = Tasten
shell-keys-palette = Die Palette findet jede Aktion nach ihrem Namen
shell-keys-palette-with = Die Palette ({ $keys }) findet jede Aktion nach ihrem Namen
shell-keys-preset = Vorlage
shell-keys-reset-all = Alle zurücksetzen
shell-keys-reset-all-hover = Jede Aktion hat wieder die Tasten der Vorlage
shell-keys-reset-all-name = Alle Tasten zurücksetzen
shell-keys-unchanged = Nichts geändert
# How many actions have other keys than the preset gives them.
shell-keys-changed = { $count } geändert
shell-keys-search = Tasten durchsuchen
shell-keys-search-hint = Aktion oder Taste eingeben
shell-keys-none = Keine Aktion hat diesen Namen oder diese Taste
# In a row: a key of this action that another action has now.
shell-keys-lost = { $key } gehört jetzt zu: { $action }
# Buttons of a row with their names.
shell-keys-change = Ändern
shell-keys-change-name = Tasten ändern: { $action }
shell-keys-add = Ergänzen
shell-keys-add-name = Taste ergänzen: { $action }
shell-keys-reset = Zurücksetzen
shell-keys-reset-name = Tasten zurücksetzen: { $action }
shell-keys-reset-hover = Wieder die Tasten der Vorlage

# The line above the list while keys are changed. “Change” and “Add” are the buttons of a row.
shell-keys-how = „Ändern“ oder „Ergänzen“ wählen, dann die Tasten drücken
shell-keys-press = Tasten für „{ $action }“ drücken; Esc bricht ab
shell-keys-no-key = Keine Taste
shell-keys-no-key-name = Keine Taste für { $action }
shell-keys-no-key-hover = Nimmt der Aktion ihre Tasten
shell-keys-taken = { $key } gehört zu „{ $action }“
shell-keys-replace = Ersetzen
shell-keys-replace-hover = { $key } von „{ $action }“ übernehmen

# Settings: heading, sentence below it, then the form row by row.
shell-settings = Einstellungen
shell-settings-kept = Sie gelten für alle Projekte
shell-settings-language = Sprache
# First choice of the language: what the system speaks, which is $name.
shell-settings-language-system = System ({ $name })
shell-settings-theme = Farbschema
shell-settings-scale = Größe der Oberfläche
shell-settings-preset = Tastenbelegung
# Button beside the preset.
shell-settings-keys = Tasten …
shell-settings-keys-name = Tasten anzeigen und ändern
shell-settings-movement = Bewegung
shell-settings-reduced = Weniger Bewegung
shell-settings-reduced-hover = Nichts wird überblendet oder verschoben
shell-settings-canvas = Zeichenfläche
shell-settings-crosshair = Fadenkreuz
shell-settings-memory = Speicher für Bilder
# In place of the figure 0.
shell-settings-memory-automatic = automatisch
shell-settings-memory-hover = 0 ist ein Viertel des Arbeitsspeichers, höchstens 2048 MiB. Jetzt sind es { $mib } MiB; eine Änderung gilt für das nächste Projekt, das geöffnet wird
shell-settings-idle = Pause nach
shell-settings-idle-hover = Eine längere Pause zählt nicht zur Arbeitszeit an einem Bild

# Why a model's saliency or an image cannot be shown; after “… failed”.
shell-no-model = auf dieses Projekt wurde noch kein Modell angewandt, durch das man blicken könnte
shell-no-picture = die Datei enthält kein Bild
# In place of what an internal error says, when it says nothing.
shell-panic-silent = ohne Angabe

# What was attempted with the files of the settings; stands in “… failed”.
shell-saving-settings = Speichern der Einstellungen
shell-saving-keys = Speichern der Tasten

# Titles of the system's file dialogs, and a kind of files in them.
shell-pick-project = Concord-Projekt öffnen
shell-pick-images = Ordner mit Bildern
shell-pick-table = Tabelle mit Metadaten
shell-pick-table-kind = CSV oder JSON Lines
shell-pick-coco = COCO-Datei
shell-pick-model = Ein Modell wählen
shell-pick-maps = Einen Ordner mit Salienzkarten wählen
