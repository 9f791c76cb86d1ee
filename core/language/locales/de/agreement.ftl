# The Agreement screen: whether the labels of several people can be trusted.

# What was attempted; stands in “… failed”.
agreement-computing = Berechnen der Übereinstimmung

agreement-heading = Übereinstimmung
# Beside the heading, while the figures are computed.
agreement-busy = Wird berechnet …
# What an empty screen says, each with what to do next.
agreement-no-project = Kein Projekt
agreement-no-project-next = Unter „Projekte“ eines öffnen
agreement-no-pair = Noch kein Paar zum Vergleichen
agreement-nobody-next = Noch hat niemand Labels abgegeben: unter „Labeln“ welche abgeben oder importieren
agreement-one-person-next = Erst eine Person hat Labels abgegeben: eine zweite einige derselben Bilder labeln lassen
agreement-nothing-shared-next = Kein Bild wurde von zwei Personen abgegeben: beide einige derselben Bilder labeln lassen
agreement-not-computed = Noch nicht berechnet
agreement-not-computed-next = Die Zahlen erscheinen, sobald sie da sind

# Table of pairs: headings of its columns; the others bear the names of figures, whose meaning is the hover.
agreement-column-pair = Paar
agreement-column-images = Bilder
agreement-column-policy = Regelwerk
agreement-f1-loc = Wurden dieselben Objekte gefunden? Die Klasse zählt nicht
agreement-f1-cls = Wurden dieselben Objekte gefunden und gleich benannt? Die wichtigste Zahl
agreement-kappa-cls = Cohens κ der Klassen zugeordneter Rechtecke
agreement-mean-iou = Mittlere Überlappung zugeordneter Rechtecke
agreement-kappa-det = Cohens κ mit dem Hintergrund als Klasse; pessimistisch
agreement-kappa-presence = Mittleres κ von „die Klasse kommt im Bild vor“
# A row, and the heading of its details.
agreement-pair = { $a } und { $b }
agreement-unpaired = { $count ->
    [one] { $count } Paar hat kein gemeinsames Bild
   *[other] { $count } Paare haben kein gemeinsames Bild
}
# Whether a pair reaches the agreement that the policy asks for.
agreement-policy-reached = mindestens { $required }
agreement-policy-missed = unter { $required }
agreement-policy-unknown = nicht zu beurteilen
agreement-policy-none = verlangt keine
# A figure that has no value, with the reason.
agreement-undefined = nicht definiert
agreement-reason-empty = nichts zu vergleichen
agreement-reason-no-variation = nur ein Wert kommt vor
agreement-reason-zero-denominator = nichts, wodurch zu teilen wäre
agreement-reason-insufficient-support = beruht auf zu wenigem
agreement-reason-not-applicable = hat hier keine Bedeutung
agreement-reason-non-finite-input = ein Wert ist keine endliche Zahl

# Details of a pair: headings of charts, and what stands at the axes of the table.
agreement-shaky-of = { $figure } von { $class }
agreement-shaky = Unsichere Intervalle: { $names }
agreement-f1-by-class = Dieselben Objekte gefunden und gleich benannt, nach Klasse
agreement-presence-by-class = Vorkommen im Bild, nach Klasse
agreement-confusion = Zugeordnete Rechtecke nach der Klasse beider
agreement-says = { $annotator } sagt
# The row and column for a box that the other one did not draw.
agreement-nothing = nichts

# The parts of the screen.
agreement-tab-pairs = Paare
agreement-tab-together = Alle zusammen
agreement-tab-slices = Slices
agreement-tab-policies = Regelwerksversionen
agreement-tab-months = Verlauf
agreement-tab-attributes = Attribute und Tags
agreement-tab-threshold = Schwelle

# What was held against what, and how: whole sentences, one after the other.
agreement-method-matching = Objekte werden eins zu eins mit der größten Gesamtüberlappung zugeordnet, zuerst innerhalb einer Klasse, ab einer Überlappung von { $iou }; Flächen nach dem, was sie bedecken, Schlüsselpunkte nach ihrer Ähnlichkeit.
agreement-method-samples = { $count ->
    [one] { $count } Bild mit zwei oder mehr Labelsätzen.
   *[other] { $count } Bilder mit zwei oder mehr Labelsätzen.
}
agreement-method-samples-under = { $count ->
    [one] { $count } Bild mit zwei oder mehr Labelsätzen: { $versions }.
   *[other] { $count } Bilder mit zwei oder mehr Labelsätzen: { $versions }.
}
agreement-method-version = { $count ->
    [one] { $count } Satz unter Regelwerksversion { $version }
   *[other] { $count } Sätze unter Regelwerksversion { $version }
}
agreement-method-reference = Nicht dabei: { $name }, die Referenz der Validierungen.
agreement-method-known = { $count ->
    [one] Nicht dabei: { $count } Antwort auf eine Aufgabe mit bekannter Lösung.
   *[other] Nicht dabei: { $count } Antworten auf Aufgaben mit bekannter Lösung.
}
agreement-method-intervals = Intervalle: { $level } %, { $draws } Ziehungen von Bildern, Startwert { $seed }.
agreement-method-no-intervals = Ohne Intervalle.

# More figures of a pair, as hovers.
agreement-ac1 = Gwets AC1 der Klassen zugeordneter Objekte; eine häufige Klasse bringt es nicht durcheinander
agreement-pabak = κ, als wären alle Klassen gleich häufig
# Marks beside a row, with their hovers, and the same as sentences.
agreement-few = beruht auf wenigem
agreement-few-name = { $name } · wenig
agreement-few-hint = Weniger als 30 Bilder oder 50 Objekte
agreement-few-sentence = Das beruht auf wenigem: weniger als 30 Bilder oder 50 Objekte. Es wird nicht durch Farbe bewertet.
agreement-paradox = κ-Paradox
agreement-paradox-hint = Eine Klasse ist so häufig, dass κ niedrig ist, obwohl meist Einigkeit besteht: pabak und ac1 beachten
agreement-paradox-sentence = Eine Klasse ist so häufig, dass κ niedrig ist, obwohl meist Einigkeit besteht: auch pabak und ac1 beachten.
agreement-policy-gate = Regelwerk ≥ { $required }

# The table of what two annotators mix up.
agreement-cell-share = { $row } % der Zeile, { $column } % der Spalte
agreement-cells-hint = Zellen mit weniger als { $least } sind schraffiert, nicht gefärbt. Eine Zelle wählen, um ihre Bilder zu sehen.
# The samples behind a number.
agreement-behind = Bilder hinter einer Zahl
agreement-behind-none = Eine Zelle einer Tabelle oder eine Zeile wählen
agreement-behind-cell = { $a }: { $row }, { $b }: { $column }
agreement-behind-group = { $name }: wo am meisten abweicht
agreement-behind-count = { $count ->
    [one] { $count } Bild
   *[other] { $count } Bilder
}
agreement-behind-most = Die ersten { $count } Bilder
agreement-behind-objects = { $count ->
    [one] { $count } Objekt
   *[other] { $count } Objekte
}
agreement-behind-differing = { $count ->
    [0] nichts weicht ab
    [one] { $count } weicht ab
   *[other] { $count } weichen ab
}
# The name of a row for those who do not see it, and its hover.
agreement-open-sample = { $path } labeln { $words }
agreement-open-sample-hint = { $path } unter „Labeln“ zeigen

# All annotators together.
agreement-together-units = { $annotators ->
    [one] { $annotators } Person.
   *[other] Alle { $annotators } Personen. Dinge, die jemand gezeichnet hat, nach Überlappung zusammengelegt: { $units }.
}
agreement-together-title = Übereinstimmung aller Personen
agreement-coefficient-axis = Koeffizient (1 ist volle Übereinstimmung)
agreement-alpha-det = Krippendorffs α von Klasse oder nichts, über alle Dinge
agreement-alpha-cls = Krippendorffs α der Klasse, über Dinge, die zwei oder mehr gefunden haben
agreement-together-ac1 = Gwets AC1 von Klasse oder nichts, über alle Dinge
agreement-fleiss = Fleiss’ κ von Klasse oder nichts, über Dinge auf Bildern, die alle gesehen haben
agreement-column-measure = Maß
agreement-column-value = Wert
agreement-column-dropped = Nicht dabei
agreement-column-dropped-hint = Dinge, die zu wenige hätten sehen können
agreement-column-meaning = Bedeutung

# All pairs pooled, in parts.
agreement-pooled = Alle Paare zusammengenommen. Eine Zeile listet die Bilder, in denen am meisten abweicht.
agreement-no-group = Nichts zu unterscheiden
agreement-no-group-next = Kein Slice des Projekts enthält ein Bild, das zwei Personen abgegeben haben: Slices in slices.toml eintragen
agreement-column-slice = Slice
agreement-column-version = Regelwerksversion
agreement-column-month = Monat
agreement-column-sets = Sätze
agreement-column-sets-hint = Paare von Labelsätzen
agreement-column-remark = Bemerkung
agreement-group-hint = Die Bilder listen, in denen am meisten abweicht
agreement-drawn = Gezeichnet:
agreement-by-group = { $group }: { $measure }, alle Paare zusammengenommen
agreement-over-time = { $measure } im Verlauf, alle Paare zusammengenommen
agreement-month-axis = Monat, in dem der spätere der beiden Sätze abgegeben wurde (UTC)

# Attributes of objects and tags of images.
agreement-no-attribute = Keine Attribute und keine Tags
agreement-no-attribute-next = Niemand von beiden hat dem, was beide gelabelt haben, ein Attribut oder einen Tag gegeben
agreement-attributes-words = Attribute von Objekten, die beide gefunden und gleich benannt haben
agreement-tags-words = Tags von Bildern, die beide abgegeben haben
agreement-choose-aspect = Ein Attribut oder einen Tag wählen, um die Tabelle zu sehen
agreement-aspect-hint = Die Tabelle zeigen
agreement-column-attribute = Attribut
agreement-column-tag = Tag
agreement-column-coefficient = Koeffizient
agreement-column-equal = Gleich
agreement-column-equal-hint = Anteil der Objekte, denen beide denselben Wert gegeben haben
agreement-column-only = Nur von { $annotator } gesetzt
agreement-by-kappa = Cohens κ
agreement-by-kappa-hint = Cohens κ mit „nicht gesetzt“ als eigenem Wert
agreement-by-quadratic = gewichtetes κ
agreement-by-quadratic-hint = Quadratisch gewichtetes κ auf der festgelegten Skala; „nicht gesetzt“ weicht von jeder Stufe ab
agreement-by-linear = linear { $value }
agreement-by-linear-hint = Gewichtetes κ, das einen Unterschied von zwei Stufen doppelt so schwer nimmt wie einen von einer
agreement-by-alpha = Krippendorffs α
agreement-by-alpha-hint = Krippendorffs α für Zahlen, wo beide eine gesetzt haben
agreement-by-match = gleiche Texte
agreement-by-match-hint = Anteil gleicher Texte, ohne Rücksicht auf Groß- und Kleinschreibung
agreement-tag-kappa = Cohens κ davon, ob ein Bild den Tag hat
agreement-no-table = Zahlen und Texte haben keine Tabelle
agreement-values-of = { $name } bei beiden
agreement-not-set = nicht gesetzt
agreement-given = vergeben
agreement-not-given = nicht vergeben

# What other thresholds would give.
agreement-threshold-words = Ab welcher Überlappung zwei Objekte als eines gelten, ist eine Wahl. Die des Regelwerks ist { $iou }; so sehr würden sich die Zahlen ändern.
agreement-threshold-title = Übereinstimmung bei anderen Schwellen der Überlappung, alle Paare zusammengenommen
agreement-threshold-axis = Überlappung, ab der zwei Objekte eines sind (IoU)
agreement-threshold-mark = Regelwerk { $iou }
agreement-column-threshold = Überlappung ab

# The tab of what people confuse.
agreement-tab-ambiguous = Verwechseltes
agreement-confused-words = Was zwei Namen bekommt, mit der Arbeitszeit, die seine Entscheidung gekostet hat oder kosten wird. Was oben steht, verdient einen Satz und ein Beispiel im Regelwerk.
agreement-confused-each = Eine Abweichung kostete { $time }, der Median von { $count ->
    [one] einer entschiedenen
   *[other] { $count } entschiedenen
}; damit zählen die offenen.
agreement-confused-unjudged = Zu keinem entschiedenen Bild ist bisher Zeit des Urteilens vermerkt, deshalb sind die Kosten nicht bekannt: die Reihenfolge ist die der Häufigkeit.
# Kinds of what is confused, with how many there are.
agreement-confused-classes = Klassen ({ $count })
agreement-confused-values = Attributwerte ({ $count })
agreement-confused-nothing = Da oder nicht ({ $count })
agreement-confused-none = Nichts dieser Art wird verwechselt
agreement-confused-none-next = Alle Paare sagen dasselbe
# What is confused. Names of classes, values and attributes are put in.
agreement-confused-pair = { $a } / { $b }
agreement-confused-value = { $class }, { $attribute }: { $a } / { $b }
agreement-confused-gone = { $class } / nichts
agreement-confused-more = und { $count } weitere, im Bericht der Befehlszeile
agreement-column-confused = Was
agreement-column-count = Wie oft
agreement-column-count-hint = Über alle Paare von Personen; in Klammern auf Bildern, die nicht entschieden sind
agreement-column-share = Anteil
agreement-column-share-hint = An den Objekten, von denen es gesagt werden könnte
agreement-column-people = Personen
agreement-column-time = Zeit
agreement-column-time-hint = Arbeitszeit, die die Entscheidung gekostet hat oder kosten wird
agreement-column-money = Kosten
agreement-counted = { $count } ({ $open } offen)
agreement-minutes = { $minutes } min
agreement-hours = { $hours } h
agreement-money = { $money } { $currency }
