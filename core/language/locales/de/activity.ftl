# The Activity screen: who did what, how long it took, and what it cost.

# What was attempted; stands in “… failed”.
activity-computing = Zählen des Geleisteten
activity-reading = Lesen des Protokolls
activity-heading = Aktivität
activity-no-project = Kein Projekt
activity-no-project-next = Unter „Projekte“ eines öffnen
activity-busy = Wird gezählt …
activity-tab-work = Arbeit und Kosten
activity-tab-history = Verlauf
# Which span of time is looked at.
activity-period = Zeitraum
activity-period-all = Gesamte Zeit
activity-period-month = Letzte 30 Tage
activity-period-week = Letzte 7 Tage
activity-period-day = Letzte 24 Stunden

# The headline: big numbers with what stands below them.
activity-effective = Wirksame Labels
activity-effective-rest = { $samples ->
    [one] auf { $samples } Bild im Gold
   *[other] auf { $samples } Bildern im Gold
}
activity-from-files = { $count } weitere auf Bildern, an denen niemand gearbeitet hat
activity-each = Arbeit je Label
activity-each-seconds = { $seconds } s
activity-each-rest = Labeln und Urteilen
activity-cost-each = Kosten je Label
activity-cost-rest = { $total } insgesamt
activity-cost-accepted = { $each } je angenommenem Objekt
activity-no-rate-hint = In concord.toml [cost] mit currency und per_hour eintragen
activity-again = Erneut gemacht
activity-again-rest = von { $count } Abgaben
activity-again-hint = { $back } zurückgegeben, { $rejected } abgelehnt, { $broke } an neuer Version gescheitert, { $opened } wieder geöffnet
activity-age = Bis zum Gold
activity-age-rest = 95 % binnen { $hours }
activity-age-hint = Median der Zeit vom Import eines Bilds bis zur Entscheidung
activity-hours = { $hours } h
activity-days = { $days } d
activity-meaning = Ein wirksames Label ist ein Objekt des Golds: angenommen nach Prüfung und Schlichtung, wo sie verlangt waren, und einmal gezählt, wie viele Personen es auch gelabelt haben. Arbeitszeit ist, was im Fenster erfasst wurde.

# The table of people.
activity-column-person = Person
activity-all = Alle
activity-column-sets = Labelsätze
activity-column-labelling = Labeln
activity-column-labelling-hint = Stunden des Labelns, daneben die des Wartens auf den Rechner
activity-column-judging = Urteilen
activity-column-judging-hint = Stunden der Prüfung und Schlichtung, und die entschiedenen Bilder
activity-column-pace = Ein Labelsatz
activity-column-pace-hint = Median der Arbeitszeit, und binnen welcher Zeit 90 % gemacht waren
activity-column-object = Ein Objekt
activity-column-object-hint = Median der Arbeitszeit für ein Objekt
activity-column-rate = Angenommen je Stunde
activity-column-rate-hint = Objekte, die das Gold mit ihrer Klasse hat, je Stunde des Labelns auf entschiedenen Bildern
activity-column-unchanged = Unverändert
activity-column-unchanged-hint = Objekte, die das Gold so hat, wie sie gezeichnet wurden, von allen auf entschiedenen Bildern
activity-column-cost = Kosten
activity-waited = { $hours } gewartet
activity-settled = { $count } entschieden
activity-imported = { $count } aus Dateien
activity-p90 = 90 % in { $seconds } s
activity-changes = { $class } umbenannt, { $removed } entfernt, { $added } hinzugefügt
activity-nobody = Noch nichts geleistet
activity-nobody-next = Was abgegeben und entschieden wird, zählt hier

# The history.
activity-filter-person = Person
activity-filter-everybody = Alle
activity-filter-sample = Nur dieses Bild: { $path }
activity-filter-routine = Jeder Schritt, jede Zeit, jede Reservierung
activity-earlier = Frühere
activity-history-none = Nichts dergleichen wurde protokolliert
activity-undone = zurückgenommen
activity-open-sample = { $path } labeln
activity-open-sample-hint = { $path } unter „Labeln“ zeigen

# What a decision says; who, when and about which sample stands beside it.
decision-project = hat das Projekt { $name } angelegt
decision-samples = { $count ->
    [one] hat { $count } Bild aus { $source } hinzugefügt
   *[other] hat { $count } Bilder aus { $source } hinzugefügt
}
decision-run = hat { $model } über { $count ->
    [one] { $count } Bild
   *[other] { $count } Bilder
} laufen lassen
decision-model = hat das Modell { $name } registriert
decision-calibrated = hat ein Modell kalibriert
decision-uncalibrated = hat eine Kalibrierung zurückgenommen
decision-measured = hat die Geschwindigkeit eines Modells gemessen
decision-retired = hat ein Modell außer Gebrauch genommen
decision-unretired = hat ein Modell wieder in Gebrauch genommen
decision-ontology = hat Version { $version } der Ontologie veröffentlicht
decision-policy = hat Version { $version } des Regelwerks veröffentlicht
decision-withdrawn = hat Version { $version } des Regelwerks zurückgezogen: { $reason }
decision-campaign = { $count ->
    [one] hat die Kampagne { $name } begonnen: { $count } Labelsatz wird neu gemacht
   *[other] hat die Kampagne { $name } begonnen: { $count } Labelsätze werden neu gemacht
}
decision-roles = hat { $person } die Rollen { $roles } gegeben
decision-no-roles = hat { $person } aus dem Projekt genommen
decision-release = { $count ->
    [one] hat den Release { $name } aus { $count } Bild gemacht
   *[other] hat den Release { $name } aus { $count } Bildern gemacht
}
decision-boost = { $count ->
    [one] hat { $count } Bild in der Warteschlange vorgezogen: { $reason }
   *[other] hat { $count } Bilder in der Warteschlange vorgezogen: { $reason }
}
decision-submitted = hat Revision { $revision } abgegeben
decision-imported = Labels von { $annotator } aus { $source } gelesen
decision-migrated = hat die Labels von { $annotator } auf Version { $version } gebracht
decision-invalidated = die Labels von { $annotator } gingen zurück: { $reason }
decision-quarantined = { $count ->
    [one] { $count } Objekt aus { $source } wurde beiseitegelegt
   *[other] { $count } Objekte aus { $source } wurden beiseitegelegt
}
decision-skipped = hat übersprungen: { $reason }
decision-sent-back = hat die Labels von { $annotator } zurückgegeben: { $reason }
decision-rejected = hat die Labels von { $annotator } abgelehnt: { $reason }
decision-accepted = hat die Labels von { $annotator } als Gold angenommen
decision-settled = { $count ->
    [one] hat es als Gold entschieden, aus einem Labelsatz
   *[other] hat es als Gold entschieden, aus { $count } Labelsätzen
}
decision-reopened = hat es wieder geöffnet: { $reason }
decision-comment = hat kommentiert: { $text }
decision-comment-settled = hat einen Kommentar erledigt
decision-comment-opened = hat einen Kommentar wieder geöffnet
decision-worked = hat { $seconds } s gearbeitet
decision-judged-for = hat { $seconds } s geurteilt
decision-leased = hat es in Arbeit genommen
decision-released = hat es zurückgelegt
decision-snoozed = hat es aufgeschoben
