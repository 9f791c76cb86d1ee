# The Label screen.

label-no-project = Kein Projekt
# Under "No project".
label-no-project-hint = Unter „Projekte“ eines öffnen

# The canvas. Name for screen readers.
label-canvas = Zeichenfläche
label-ranking = Warteschlange wird geordnet …
label-ranking-hint = Das erste Bild erscheint von selbst
label-no-samples = Keine Bilder
label-no-samples-hint = Bilder zum Projekt hinzufügen: concord import, oder ein Projekt aus einem Ordner anlegen
label-all-done = Alles erledigt
label-all-done-hint = Alle Bilder der Warteschlange sind abgegeben oder übersprungen
# Button.
label-show-all-samples = Alle Bilder zeigen
# Button under a failure.
label-try-again = Erneut versuchen
# Heading that can be opened, under a failure.
label-details = Details
label-reading-image = Bild wird gelesen …
# The point of a skeleton that has no name, and one that is set though it cannot be seen.
label-point = Punkt
label-point-occluded = { $name } (verdeckt)
label-point-number = Punkt { $number }

# The bar under the tools, for a mode of work.
label-quick-class = Schnellklasse: { $class }
label-quick-class-take-tool = ein Zeichenwerkzeug nehmen; jede Geste zeichnet diese Klasse
label-quick-class-draws = jede Geste zeichnet diese Klasse; eine Klassentaste nimmt eine andere
# Button that leaves the mode.
label-end = Beenden
label-attribute-mode = Attribut: { $attribute }
label-object-of = Objekt { $place } von { $count }

# Buttons above the canvas.
label-fit = Einpassen
label-submit = Abgeben und weiter
label-skip = Überspringen …
label-extreme-points = Extrempunkte
label-accept-all = Alle annehmen

# Sliders and choices above the canvas.
label-brush-size = Pinselgröße
label-brush-size-hint = Auch mit Ctrl+Mausrad
label-threshold = Schwelle für Vorschläge
label-threshold-hint = Niedrigster Wert, mit dem ein Vorschlag gezeigt wird
# Suggestions that reach the threshold, of all.
label-suggestions-shown = { $shown } von { $count }
# The layers of suggestions: one for each model, with the first digits of its file's SHA-256.
label-layers = Ebenen: { $shown } von { $count } Vorschlägen werden gezeigt
label-layers-hint = Wessen Vorschläge gezeigt werden
label-layer-version = { $model } { $version }, hier { $count }
label-layer-imported = importiert
label-layer-views = { $count } Ansichten
label-layer-passes = { $count } Durchgänge
label-layer-ensemble = { $count } Modelle
label-layer-run = Lauf { $run } mit { $engine }
label-hide-matched = Schon Beschriftetes ausblenden ({ $count })
label-hide-matched-hint = Vorschläge, die ein Objekt ihrer Klasse mindestens zur Hälfte überdecken
label-reject = Ablehnen
# The focused suggestion, beside the canvas.
label-suggestion = Vorschlag
label-suggestion-uncertainty = Unsicherheit { $bits } Bit
label-suggestion-agreement = von { $presence } % der { $count } gesehen, Überdeckung { $overlap }, Unsicherheit { $value } von 1
label-suggestion-information = Transinformation { $nats } Nat
label-suggestion-place = Ort zu { $share } % unsicher
label-suggestion-spread = Seiten ± { $pixels } px
label-accept = Annehmen
# Over the canvas.
label-saliency-unavailable = Keine Salienz: { $why }
label-saliency-computing = { $method }: wird berechnet …
# A growing map, beside the button: "D-RISE 120 of 300".
label-saliency-steps = { $method } { $done } von { $total }
# The button that says what is shown and opens the choices; $method is a name such as EigenCAM.
label-saliency-of-image = { $method }: Bild …
label-saliency-of-object = { $method }: Objekt …
label-saliency-menu = Wie die Salienz entsteht und gezeigt wird
label-saliency-select = Salienz: ein Objekt oder einen Vorschlag auswählen
# Headings of the choices.
label-saliency-method = Verfahren
label-saliency-subject = Wovon
label-saliency-detail = Auflösung
label-saliency-threshold-short = Schwelle
# Choices.
label-saliency-occlusion = Abdecken
label-saliency-imported = Importiert
label-saliency-whole = vom ganzen Bild
label-saliency-object = vom ausgewählten Objekt
label-saliency-quick = schnell
label-saliency-fine = fein
# Hovers.
label-saliency-eigencam-hint = Das stärkste Muster einer Merkmalskarte: wo das Netz viel zu sagen hat, für keine Klasse allein
label-saliency-gradcam-hint = Merkmale, gewichtet danach, wie sehr sie den Wert heben würden; den Gradienten bringt die Modelldatei mit
label-saliency-occlusion-hint = Wie weit der Wert fällt, während ein Fenster des Bildes abgedeckt ist
label-saliency-drise-hint = Wie ähnlich die Erkennung bleibt, während zufällige Teile des Bildes abgedunkelt sind
label-saliency-imported-hint = Die Karte, die ein anderes Programm für dieses Bild berechnet hat
label-saliency-object-hint = Das ausgewählte Objekt oder der angewählte Vorschlag
label-saliency-cut-hint = Dieses Verfahren kennt kein einzelnes Objekt: seine Karte des Bildes wird auf das Rechteck des Objekts beschnitten
label-saliency-detail-hint = Fein dauert mehrmals so lange: Fenster von einem Sechzehntel statt einem Achtel, 2000 Masken statt 300
label-saliency-threshold = Schwelle der Salienz
label-saliency-threshold-hint = Niedrigere Werte werden nicht gezeigt
# Button that asks for a folder.
label-saliency-bring = Karten importieren …
label-saliency-bring-hint = Ein Ordner mit grauen .png-Bildern oder .npy-Feldern, jedes benannt wie sein Bild
# Messages.
label-saliency-taken = { $count ->
    [one] Eine Salienzkarte wurde importiert
   *[other] { $count } Salienzkarten wurden importiert
}
label-saliency-left-out = { $count ->
    [one] Eine Datei wurde ausgelassen: { $place }: { $cause }
   *[other] { $count } Dateien wurden ausgelassen, die erste: { $place }: { $cause }
}
# Why a method cannot be chosen, or gives nothing.
label-saliency-no-gradcam = die Modelldatei bringt keinen Gradienten mit
label-saliency-not-of-model = das Modell bietet dieses Verfahren nicht
label-saliency-no-imports = es wurden keine Karten importiert
label-saliency-none-imported = für dieses Bild wurde keine Karte importiert
label-saliency-no-features = das Modell nennt keine Merkmalskarte: hinter dem Knopf EigenCAM eine Aktivierung wählen
# The activation that EigenCAM looks at.
label-saliency-tensor = Aktivierung: { $name }
label-saliency-tensor-own = Aktivierung: { $name }, die des Modells
label-saliency-tensor-none = Aktivierung wählen, die gezeigt wird:
label-saliency-no-tensors = die Aktivierungen stehen hier, sobald das Modell offen ist
label-saliency-filter = Aktivierung suchen
label-saliency-opacity = Deckkraft der Salienz
label-opacity = Deckkraft
label-saliency-colours = Farben

# The state of the label set, above the canvas.
label-state-submitted = abgegeben, Revision { $revision }
label-state-skipped = übersprungen
label-state-draft = Entwurf
label-state-draft-after = Entwurf nach Revision { $revision }

# The queue.
label-queue = Warteschlange
label-queue-to-do = { $count } offen
# Buttons.
label-queue-refresh = Ordnen
label-queue-all = Alle
# By what the queue is ordered.
label-queue-by-model = danach, wo { $model } unsicher ist
label-queue-by-order = kein Modell ist gelaufen: in fester Reihenfolge
label-queue-waits = Wird geordnet …
label-queue-empty = Leer
label-queue-empty-hint = Hier ist nichts mehr zu tun
label-queue-score = Rangwert { $score }
# Ein Balken der Gründe; dann die Teile eines Rangs.
label-queue-part = { $name }: { $percent } % des Rangs
label-part-uncertainty = Unsicherheit
label-part-disagreement = Modelle uneins
label-part-rarity = seltene Klasse
label-part-drift = Drift
label-part-slice = Slice
label-part-waiting = Wartezeit
label-part-diversity = anders als andere
label-part-random = zufällig gezogen
label-part-blank = nichts gefunden
label-part-campaign = noch einmal
label-part-sent-back = zurückgegeben
label-queue-done = erledigt
# Name of a row for screen readers.
label-queue-done-name = { $name }, erledigt
# In a row of the queue: others work on it, or it was put off.
label-queue-held = bei { $who }
label-queue-put-off = zurückgestellt
label-queue-held-name = { $name }, bei { $who }
label-queue-put-off-name = { $name }, zurückgestellt
# In a row of the queue: which group of similar samples of the batch it belongs to.
label-queue-group = Gruppe { $number }
label-queue-group-hint = Bilder einer Gruppe des Stapels sehen einander ähnlich

# The class picker.
label-class-of-selection = Klasse der Auswahl
label-class-of-next = Klasse des nächsten Objekts
label-no-classes = Es gibt noch keine Klassen. Dafür ontology.toml im Projekt schreiben und veröffentlichen
label-class-search = Klasse suchen
label-class-search-hint = Tippen, um eine Klasse zu finden
# Name of a button for screen readers.
label-class-name = Klasse { $name }

# The list of objects.
label-no-labels = Keine Labels geladen
label-objects-none = Noch keine: eines im Bild zeichnen oder einen Vorschlag annehmen
label-objects-list = Objekte
label-objects = Objekte ({ $count })
label-objects-selected = Objekte ({ $count }, davon { $selected } ausgewählt)
# Button.
label-objects-show-hidden = { $count ->
    [one] { $count } ausgeblendetes zeigen
   *[other] { $count } ausgeblendete zeigen
}
label-objects-filter = Objekte filtern
label-objects-filter-hint = Nach Klasse, Unterklasse, Gruppe oder Attribut filtern
# An object that has no class any more.
label-object = Objekt
# What a screen reader says of an object after its name, with commas between.
label-object-is-selected = ausgewählt
label-object-is-locked = gesperrt
label-object-is-hidden = ausgeblendet
# The two buttons of a row: one letter each, what it does on hover, and its name for screen readers.
label-object-hide-letter = A
label-object-show = Einblenden
label-object-show-name = Einblenden: { $name }
label-object-hide = Ausblenden
label-object-hide-name = Ausblenden: { $name }
label-object-lock-letter = S
label-object-unlock = Entsperren
label-object-unlock-name = Entsperren: { $name }
label-object-lock = Sperren
label-object-lock-name = Sperren: { $name }
# Short notes in a row.
label-object-group = Gruppe { $group }
label-object-accepted = angenommen { $score }
label-object-accepted-edited = angenommen { $score }, geändert

# How sure one is of an object.
label-tier-sure = sicher
label-tier-probable = wahrscheinlich
label-tier-unsure = unsicher
# Whether a point of a skeleton can be seen.
label-visibility-absent = fehlt
label-visibility-occluded = verdeckt
label-visibility-visible = sichtbar

# The editor of the selection.
label-select-one = Ein Objekt auswählen, um seine Angaben zu sehen und zu ändern
label-selection = Auswahl
label-selection-many = Auswahl: { $count } Objekte; gezeigt wird das letzte
label-selection-locked = Gesperrt: zum Ändern entsperren
# Before the rows of the editor.
label-sure = sicher?
label-group = Gruppe
label-origin = Herkunft
label-subclass = Unterklasse
# Name of the choice for screen readers.
label-subclass-name = Unterklasse
label-tier-name = Stufe { $tier }
# Key on hover.
label-tier-key = Ctrl+{ $number }
# In a choice: no value.
label-not-set = nicht gesetzt
# Button that takes a relation away, and its name for screen readers.
label-untie = Lösen
label-untie-name = Von { $name } lösen
# Where an object came from.
label-origin-drawn = gezeichnet
label-origin-imported = aus { $source }
label-origin-suggestion = Vorschlag { $score }, unverändert
label-origin-suggestion-edited = Vorschlag { $score }, geändert
label-origin-copied = kopiert
label-origin-consensus = { $support } von { $voters } Annotatoren
label-origin-settled = wie von { $names } gezeichnet
label-origin-settled-edited = von { $names }, seitdem bearbeitet

# The geometry in numbers: names of the fields.
label-number-x = x
label-number-y = y
label-number-centre-x = Mitte x
label-number-centre-y = Mitte y
label-number-width = Breite
label-number-height = Höhe
label-number-radius-x = Radius x
label-number-radius-y = Radius y
label-number-degrees = Grad
# What the geometry is.
label-shape-polygon = Polygon mit { $points } Punkten, { $area } px²
label-shape-polygon-rings = Polygon mit { $points } Punkten in { $rings } Ringen, { $area } px²
label-shape-polyline = Linienzug mit { $points } Punkten, { $length } px lang
label-shape-mask = Maske mit { $area } px
label-shape-points = { $count ->
    [one] { $present } von { $count } Punkt
   *[other] { $present } von { $count } Punkten
}
label-shape-area = { $kind }, { $area } px²
label-visibility-of = Sichtbarkeit von { $name }
# Before a choice of kinds of geometry, and its name for screen readers.
label-convert = umwandeln in
label-convert-name = Umwandeln in

# The findings.
label-findings-none = Keine Befunde
label-findings = Befunde ({ $count })
label-findings-refused = Die Abgabe wurde abgelehnt: diese zuerst beheben
label-findings-more = { $count ->
    [one] und { $count } weiterer
   *[other] und { $count } weitere
}
# What a finding is about when it is about no object.
label-findings-image = dieses Bild
# Button of a finding and of a comment: shows the place.
label-go-there = Hingehen
# Name for screen readers; the name is that of an object or "this image".
label-go-to = Hingehen: { $name }

# The tags of the image.
label-image = Bild
label-tag-name = Tag: { $tag }
label-confirm-empty = Hier gibt es nichts zu labeln

# Comments.
label-comments = Kommentare ({ $count })
label-comment-where = Im Bild dorthin klicken, wo der Kommentar hingehört
# Button.
label-comment-whole = Zum Bild als Ganzem
# Above a comment: its number and who wrote it, with two spaces between.
label-comment-settled = { $number }  { $author } · erledigt
# Names of buttons for screen readers, and the buttons.
label-comment-go = Zu Kommentar { $number } gehen
label-comment-reopen = Wieder öffnen
label-comment-reopen-name = Kommentar { $number } wieder öffnen
label-comment-settle = Erledigen
label-comment-settle-name = Kommentar { $number } erledigen
# The window in which a comment is written.
label-comment = Kommentar
label-comment-at = bei x { $x }, y { $y }
label-comment-about-whole = zum Bild als Ganzem
label-comment-text = Text des Kommentars
label-comment-text-hint = Was ist unklar, was sollten andere wissen?
label-comment-add = Kommentar hinzufügen
label-comment-add-key = Ctrl+Enter

# The history.
label-history = Verlauf ({ $count })
label-history-none = Noch nichts geändert
label-history-first = wie zuerst geladen
# Name for screen readers.
label-history-step = Schritt { $step } im Verlauf: { $words }

# The guideline.
label-guideline = Leitfaden
label-guideline-none = Das Regelwerk hat keinen Leitfaden: guideline.md schreiben und veröffentlichen

# The window that copies the selection to other samples.
label-propagate = In die folgenden Bilder kopieren
label-propagate-which = Bilder desselben Ordners in der Reihenfolge ihrer Namen, gleich groß und nicht abgegeben
label-propagate-count = Wie viele
label-propagate-count-name = Wie viele Bilder
label-propagate-then = Die letzte Kopie dorthin verschieben, wo das Ding dann ist, hierher zurückkommen und interpolieren
# Buttons.
label-propagate-copy = Kopieren
label-interpolate = Kopien interpolieren
label-interpolate-hint = Die Kopien zwischen hier und der verschobenen verteilen

# The window in which a sample is skipped.
label-skip-heading = Dieses Bild überspringen
label-skip-kept = Der Grund wird im Protokoll festgehalten
label-skip-why = Warum?
label-skip-why-name = Grund des Überspringens
# Button.
label-skip-now = Überspringen
# Reasons that often fit; what is chosen is written to the log as it is read.
label-skip-unclear = unklar, was zu sehen ist
label-skip-unusable = Bild ist unbrauchbar
label-skip-duplicate = Duplikat
label-skip-outside = gehört nicht zur Aufgabe

# The window of the image's tone.
label-tone = Bildtöne
label-tone-brightness = Helligkeit
label-tone-contrast = Kontrast
label-tone-gamma = Gamma
label-tone-channel = Kanal
label-tone-equalise = Ausgleichen
label-tone-equalise-words = Histogramm spreizen
label-tone-equalise-name = Histogramm ausgleichen
label-tone-invert = Umkehren
label-tone-stretch = Spreizen
label-tone-stretch-hint = Das Dunkelste wird schwarz, das Hellste weiß
label-tone-reset = Zurücksetzen
# Window and level of images with deep pixels, as in radiology.
label-tone-window-waits = Das Fenster folgt, sobald die Übersicht da ist
label-tone-black = Schwarz bei
label-tone-white = Weiß bei
label-tone-window = Fensterbreite
label-tone-level = Fensterlage
label-tone-automatic = Automatisches Fenster

# Messages.
label-say-no-classes = Es gibt noch keine Klassen: ontology.toml schreiben und veröffentlichen
label-say-no-key-attribute = Die Ontologie hat kein Attribut, das sich mit einer Taste setzen ließe
label-say-no-value = { $attribute } hat keinen Wert { $digit }
label-say-no-attribute = Dieses Objekt hat kein Attribut { $attribute }
label-say-no-class-key = Keine Klasse hat die Taste { $digit }
label-say-point-at-vertex = Ein Objekt auswählen und auf einen seiner Eckpunkte zeigen
label-say-no-vertex = Unter dem Zeiger ist kein Eckpunkt, der wegfallen könnte
label-say-tie-two = Die zwei Objekte auswählen, die verknüpft werden sollen
label-say-no-relation = Die Ontologie hat keine Beziehung zwischen { $from } und { $to }
label-say-unknown-class = Die Ontologie hat keine Klasse „{ $class }“, daher kann kein Label daraus werden
label-say-copied = { $objects ->
    [one] { $objects } Objekt
   *[other] { $objects } Objekte
} auf { $samples ->
    [one] { $samples } Bild
   *[other] { $samples } Bildern
}
label-say-copied-left = { $objects ->
    [one] { $objects } Objekt
   *[other] { $objects } Objekte
} auf { $samples ->
    [one] { $samples } Bild
   *[other] { $samples } Bildern
}; { $left } ausgelassen (abgegeben, anders groß oder ungleich)
label-say-saved = Alles ist gespeichert: jede Geste, sobald sie gemacht ist
label-say-saving = { $count ->
    [one] { $count } Schritt wird gerade gespeichert
   *[other] { $count } Schritte werden gerade gespeichert
}
label-say-queue-end = Das ist das Ende der Warteschlange
label-say-queue-done = Alle Bilder der Warteschlange sind erledigt
label-say-none-before = Vor diesem Bild ist keines mehr offen
label-say-blocked = { $count ->
    [one] Ein Befund verhindert die Abgabe: siehe Befunde
   *[other] { $count } Befunde verhindern die Abgabe: siehe Befunde
}

# What was attempted, before "failed".
label-doing-image = Anzeigen des Bildes
label-doing-tile = Lesen eines Bildteils
label-doing-labels = Laden der Labels
label-doing-saliency = Berechnen der Salienz
label-doing-maps = Importieren der Salienzkarten
label-doing-queue = Ordnen der Warteschlange
label-doing-note = Speichern einer Notiz zu einem Bild
label-doing-copies = Kopieren von Objekten
# Name, for screen readers, of a button that mends a finding.
label-fix-name = { $fix }: { $name }

# The window that goes to a sample.
label-goto = Zu einem Bild gehen
label-goto-hint = Seine Nummer, 1 bis { $count }, oder ein Teil seines Namens
label-goto-field = Nummer oder Name eines Bildes
label-goto-none = Kein Bild der Warteschlange passt

# Pictures of the guideline; the last two are their names for screen readers.
label-example-right = So ist es richtig
label-example-wrong = So ist es falsch
label-example-unread = { $picture } ist nicht lesbar
label-example-right-name = Richtig: { $words }
label-example-wrong-name = Falsch: { $words }

# The handle at the top of a panel: its name for screen readers, and its hover.
label-move-panel = Bereich verschieben: { $panel }
label-move-panel-hint = Ziehen, um diesen Bereich zu verschieben

# Pointing at things, with a model that finds their masks. Beside the other options of the tool, where room is short.
label-prompt-none = Kein Modell zum Zeigen
# On hover, and after "No model to point with".
label-prompt-none-next = Ein Paar aus Encoder und Decoder unter „Modelle“ oder mit concord model add registrieren
# Button: the screen of that name.
label-prompt-models = Modelle …
# The choice among several models. Name for screen readers.
label-prompt-model = Modell zum Zeigen
# A switch: whether the mask goes to the selected object or to a new one.
label-prompt-replaces = Auswahl ersetzen
label-prompt-replaces-hint = Ein: das ausgewählte Objekt bekommt die Maske. Aus: die Maske wird ein neues Objekt
label-prompt-failed = fehlgeschlagen
# The model's first look at an image, which takes a while.
label-prompt-reading = Bild wird gelesen …
label-prompt-asking = Modell wird gefragt …
# There is a mask; Enter is the key.
label-prompt-take = Enter übernimmt
label-prompt-nothing = nichts gefunden
label-prompt-point = klicken oder ziehen
label-prompt-hint = Ein Klick nimmt hinzu, was dort liegt, Alt+Klick nimmt es weg, Ziehen gibt ein Rechteck um das Ding; Enter übernimmt die Maske, die Rücktaste nimmt den letzten Schritt zurück
# Beside the mask: how well it fits, as the model predicts it. IoU is a technical term.
label-prompt-iou = IoU { $score }
label-no-prompter = es ist kein Modell registriert, mit dem man auf Dinge zeigen kann: ein Paar aus Encoder und Decoder wird unter „Modelle“ oder mit concord model add hinzugefügt
label-doing-prompt = Zeigen auf Dinge
label-origin-prompted = gezeigt mit { $model }, IoU { $score }
label-origin-prompted-edited = gezeigt mit { $model }, IoU { $score }, geändert

# Holding a sample, so that nobody else works on it meanwhile; in the bar above the canvas.
label-away-held = { $minutes ->
    [one] { $who } arbeitet an diesem Bild, höchstens noch eine Minute
   *[other] { $who } arbeitet an diesem Bild, höchstens noch { $minutes } Minuten
}
label-away-put-off = { $minutes ->
    [one] Das Bild ist noch eine Minute zurückgestellt
   *[other] Das Bild ist noch { $minutes } Minuten zurückgestellt
}
label-say-given-back = Das Bild ist zurückgegeben; die nächste Änderung nimmt es wieder
label-say-put-off = Das Bild ist für eine Stunde zurückgestellt
label-doing-take = Nehmen des Bildes

# Prüfung, in der Leiste über dem Bild. Das Bild ist entschieden, seine Labels lassen sich nicht ändern.
label-settled = { $by } hat dieses Bild entschieden: es ist nur zu lesen
label-judged = Sie prüfen dieses Bild: seine Labels werden in der Ansicht „Prüfen“ geändert
label-judged-go = Zum Prüfen
label-sent-back = { $by } hat dies zurückgegeben: { $reason }
label-turned-down = { $by } hat dies abgelehnt: { $reason }
label-sent-back-comments = { $count ->
    [one] ein Kommentar
   *[other] { $count } Kommentare
}

# A sample that another screen sent one to.
label-say-not-listed = Das Bild steht nicht in der Liste
