# The start screen: recent projects, the sample project, a new project, and what adding images found.

# Below the heading, which is the name of the app.
start-purpose = Bilder labeln, Labels prüfen, Schwächen eines Modells finden
start-busy = Ein Projekt wird geöffnet: der Fortschritt steht unten
# While something is held over the window.
start-drop = Projekt, Ordner mit Bildern oder COCO-Datei hier ablegen

# Card of the sample project: heading, text, button.
start-sample = Beispielprojekt
start-sample-text = Ein gerendertes Prüfband mit zwei Kameras, drei Annotatoren und einem trainierten Detektor
start-sample-open = Beispielprojekt öffnen

# Card of projects that are there: heading, field, button, list of recent ones.
start-open = Ein Projekt öffnen
start-open-folder = Projektordner
start-open-button = Projekt öffnen
start-recent = Zuletzt geöffnet
start-recent-none = Noch keine
# The × before a recent project: its hover, and its name.
start-forget = Vergessen
start-forget-name = { $name } vergessen

# Card of a new project: heading, fields, button.
start-new = Neues Projekt aus einem Ordner mit Bildern
start-new-images = Ordner mit Bildern
start-new-folder = Ordner für das Projekt
start-new-classes = Klassen, durch Kommas getrennt
start-new-classes-hint = Schraube, Mutter, Scheibe
start-new-table = Metadaten (CSV oder JSON Lines, optional)
start-new-labels = Labels zum Importieren (COCO-Datei, optional)
start-new-whose = Annotator dieser Labels
start-new-whose-hint = Name des Annotators
start-new-button = Projekt anlegen
# Why the button cannot be used.
start-new-needs-images = zuerst den Ordner mit Bildern angeben
start-new-needs-whose = angeben, wessen Labels in der COCO-Datei stehen
start-new-drop = Ein Ordner oder eine COCO-Datei lässt sich auch hier ablegen
# Button that opens a file dialog for a field, and its name; room for it is short.
start-choose = Wählen …
start-choose-name = Wählen: { $field }

# What adding images found: sentence below the project's name, figures, button.
start-report = Das Projekt ist angelegt. Das wurde gefunden
start-report-added = hinzugefügte Bilder
start-report-unread = nicht lesbar
start-report-duplicates = Duplikate
start-report-others = andere Dateien
start-report-go = Mit dem Labeln beginnen
start-report-nothing = Kein Bild wurde hinzugefügt: den Ordner und die Formate unten prüfen
# Headings of lists, with the number of rows.
start-list-unread = Nicht lesbar ({ $count })
start-list-duplicates = Duplikate, einmal behalten ({ $count })
start-list-warnings = Verwendet, aber einen Blick wert ({ $count })
start-list-left-out = Weggelassene Zeilen der COCO-Datei ({ $count })
start-list-quarantine = Objekte in Quarantäne ({ $count })
# Beside the path of a duplicate: the image that has the same content.
start-list-same = gleicher Inhalt wie { $sample }
# Below a list that is cut off.
start-list-more = und { $count } weitere
start-imported = Labels: { $samples ->
    [one] { $samples } Labelsatz
   *[other] { $samples } Labelsätze
} mit { $objects ->
    [one] { $objects } Objekt
   *[other] { $objects } Objekten
} importiert
