# The Agreement screen, further tabs: how each annotator labels, what sways them, and whether labels drift.

agreement-tab-people = Personen
agreement-tab-anchoring = Ankereffekt
agreement-tab-label-drift = Drift der Labels

# How each annotator labels.
people-nobody = Noch niemand, über den etwas zu sagen wäre
people-only-owner = Eigner sehen die Zahlen aller, alle anderen ihre eigenen
people-hidden = { $count ->
    [one] Die Zahlen einer weiteren Person sehen nur Eigner.
   *[other] Die Zahlen von { $count } weiteren Personen sehen nur Eigner.
}
people-method = Verglichen mit dem Gold: { $decided } Bilder, die jemand entschieden hat, und { $voted }, zu denen zwei oder mehr Personen dasselbe sagen. { $alone } Bilder, die auf dem Wort einer Person allein beruhen, bleiben außer Betracht.
# Headings of the table; names of figures are the same in every language. Each with its meaning as a hover.
people-column-person = Person
people-column-sets = Labelsätze
people-objects = { $count ->
    [one] { $count } Objekt
   *[other] { $count } Objekte
}
people-f1-cls = Objekte des Golds, die gefunden und gleich benannt wurden
people-mean-iou = Mittlere Überlappung mit dem Gold bei allem, was beide haben
people-kappa-cls = Cohens κ der Klassen von allem, was beide haben
people-column-accuracy = Treffsicherheit
people-accuracy = Wahrscheinlichkeit der richtigen Klasse, geschätzt aus dem, was alle sagen (Dawid und Skene 1979)
people-column-known = Bekannte Antworten
people-known = Aufgaben, deren Antwort bekannt war; die Quote mit ihrem 95-%-Intervall
people-known-none = keine gestellt
people-known-fine = in Ordnung
people-known-doubtful = zweifelhaft
people-known-too-low = zu niedrig
people-known-passed = { $passed } von { $tasks }
people-column-trend = Trend
people-trend = f1_cls der späteren Hälfte der Labelsätze minus das der früheren
people-column-time = Zeit
people-time = Median der Arbeitszeit für einen Labelsatz
people-time-none = keine Zeit erfasst
people-time-p90 = 90 % binnen { $seconds } s
people-column-unchanged = Vorschläge behalten
people-unchanged = Vorschläge, die angenommen und so gelassen wurden, von allen beantworteten
# One person in detail.
people-suggestions = Vorschläge: { $unchanged } unverändert angenommen, { $edited } angenommen und geändert, { $rejected } abgelehnt.
people-slips = Gegenüber dem Gold: { $slips }.
people-slip = { $said } statt { $truth } ({ $count })
people-against-gold = Gezählt am Gold
people-against-gold-hint = Wie oft welche Klasse des Golds wie benannt wurde
people-against-others = Geschätzt aus allen
people-against-others-hint = Die Wahrscheinlichkeit jeder Antwort bei gegebener wahrer Klasse, aus dem, was alle über dieselben Dinge sagen
people-no-gold = Kein Bild dieser Person ist auch durch andere entschieden.
people-no-others = Niemand sonst hat dieselben Bilder gelabelt.
people-confusion-gold = Was die Person zu dem sagt, was das Gold hat
people-confusion-others = Wahrscheinlichkeit jeder Antwort bei gegebener wahrer Klasse
people-axis-gold = Gold hat
people-axis-truth = Wahre Klasse
people-few-cells = Zellen mit weniger als { $least } sind schraffiert, nicht gefärbt.
people-estimate = Nach Dawid und Skene (1979); je Klasse zählen zwei richtige Antworten und eine halbe falsche jeder Art mit.
people-course = Übereinstimmung mit dem Gold im Lauf der Zeit
people-pace = Arbeitszeit im Lauf der Zeit
people-seconds = Sekunden

# How far suggestions pull people. Empty states, each with what to do next.
anchoring-no-run = Noch keine Vorschläge
anchoring-no-run-next = Ein Modell registrieren und laufen lassen: was es findet, wird vorgeschlagen
anchoring-no-blank = Nichts zum Vergleichen
anchoring-no-blank-next = In policy.toml unter [assignment] without_suggestions setzen, etwa 0.1, und veröffentlichen: dann wird ein Zehntel der Bilder ohne Vorschläge gelabelt
anchoring-nobody = Noch niemand zum Vergleichen
anchoring-nobody-next = Sobald jemand Bilder sowohl mit als auch ohne Vorschläge gelabelt hat, wird beides verglichen
anchoring-compared = { $people ->
    [one] { $assisted } Labelsätze mit und { $blank } ohne Vorschläge, von einer Person, die beides gemacht hat.
   *[other] { $assisted } Labelsätze mit und { $blank } ohne Vorschläge, von { $people } Personen, die beides gemacht haben.
}
anchoring-method = Welche Bilder ohne bleiben, wird ausgelost, sodass sich beide nur durch Zufall unterscheiden. Vorschläge von { $model } ab einem Wert von { $score }; ein Objekt liegt ab einer Überlappung von { $iou } auf einem Vorschlag. Jede Person wird mit sich selbst verglichen; die Intervalle gelten über Ziehungen von Bildern.
anchoring-left-out = Außer Betracht: { $reasons }.
anchoring-left-imported = { $count } Labelsätze aus Dateien
anchoring-left-before-run = { $count } vor dem Lauf abgegeben
anchoring-left-without-run = { $count } zu Bildern, die der Lauf nicht gesehen hat
anchoring-left-campaign = { $count } in einer Kampagne neu gemacht
anchoring-left-contaminated = { $count } ohne Vorschläge ausgelost und doch mit einer Antwort auf einen
anchoring-left-one-kind = { $count } von Personen, die nur eines von beiden gemacht haben
# What is measured, each with its meaning.
anchoring-class = Klasse wie vorgeschlagen
anchoring-class-hint = Von den Objekten, an deren Stelle etwas vorgeschlagen ist, der Anteil mit dessen Klasse
anchoring-overlap = Überlappung mit dem Vorschlag
anchoring-overlap-hint = Mittlere Überlappung der Objekte mit dem Vorschlag an ihrer Stelle
anchoring-taken = Vorschläge mit Objekt
anchoring-taken-hint = Von den Vorschlägen der Anteil, an dessen Stelle ein Objekt ist
anchoring-beyond = Objekte über die Vorschläge hinaus
anchoring-beyond-hint = Von den Objekten der Anteil, an dessen Stelle nichts vorgeschlagen ist
anchoring-wrong = Falsche Vorschläge übernommen
anchoring-wrong-hint = Von den Vorschlägen, die das Gold nicht bestätigt, der Anteil, an dessen Stelle ein Objekt ihrer Klasse ist
anchoring-gold = f1_cls mit dem Gold
anchoring-gold-hint = Objekte des Golds gefunden und gleich benannt, bezogen auf alle von beiden
anchoring-column-measure = Maß
anchoring-column-with = Mit
anchoring-column-with-hint = Auf Bildern, die mit Vorschlägen gelabelt wurden
anchoring-column-without = Ohne
anchoring-column-without-hint = Auf Bildern ohne; die Vorschläge wurden berechnet und nicht gezeigt
anchoring-column-difference = Unterschied
anchoring-column-difference-hint = Mit minus ohne, bei denselben Personen
anchoring-shown = mehr als Zufall
anchoring-not-shown = im Rahmen des Zufalls
anchoring-shaky = unsicheres Intervall
anchoring-few-hint = Weniger als 30 Labelsätze mit oder ohne
anchoring-title = Mit minus ohne Vorschläge
anchoring-axis = Unterschied
# The line at 0 of the chart.
anchoring-none = kein Sog
anchoring-no-time = Nicht von beidem wurde Arbeitszeit erfasst.
anchoring-time = Median { $with } s mit und { $without } s ohne Vorschläge.
anchoring-saved = { $share } der Zeit gespart
anchoring-person = { $name }: { $with } mit, { $without } ohne

# Whether labels drift, or images do.
label-drift-method = Jeder Monat wird mit { $baseline } verglichen. Als verschoben gilt, was über PSI { $psi } und über dem Zufall liegt; für ein Urteil braucht ein Monat { $least } Bilder.
label-drift-model = Neben den Merkmalen der Bilder steht, was { $model }, das sich nicht ändert, ab einem Wert von { $score } zu ihnen sagt.
label-drift-no-model = Kein Modell hat die Bilder gesehen: nur ihre Merkmale sprechen für sie.
label-drift-column-sets = Labelsätze
label-drift-images = { $count ->
    [one] { $count } Bild
   *[other] { $count } Bilder
}
label-drift-column-verdict = Urteil
label-drift-column-labels = Klassen, PSI
label-drift-column-labels-hint = Wie weit die vergebenen Klassen von denen des ersten Monats entfernt sind
label-drift-column-model = Modell, PSI
label-drift-column-model-hint = Wie weit die Klassen entfernt sind, die das Modell denselben Bildern gibt
label-drift-column-features = Merkmale
label-drift-column-features-hint = Merkmale der Bilder, die sich verschoben haben
label-drift-column-classes = Am häufigsten
label-drift-line-features = Merkmale, größter PSI
label-drift-chance = durch Zufall bis { $psi }
label-drift-no-feature = keines verschoben
label-drift-baseline = Vergleichsmonat
label-drift-too-few = weniger als { $least } Bilder
label-drift-stable = stabil
label-drift-labels = Labels driften, Bilder nicht
label-drift-inputs = Bilder verschoben, Labels nicht
label-drift-both = Labels mit den Bildern verschoben
label-drift-title = Wie weit jeder Monat vom ersten entfernt ist
