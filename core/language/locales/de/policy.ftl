# Die Ansicht „Regelwerk“: die nächste Version, was veröffentlicht wurde, Kampagnen, und wer was darf.

policy-doing-next = Einlesen der nächsten Version
policy-doing-versions = Lesen der Versionen
policy-doing-campaigns = Lesen der Kampagnen
policy-doing-people = Lesen der Rollen
policy-doing-publish = Veröffentlichen
policy-doing-withdraw = Zurückziehen der Version
policy-doing-begin = Beginn der Kampagne
policy-doing-give = Vergeben der Rollen

policy-heading = Regelwerk
policy-busy = In Arbeit …
policy-reading = Wird gelesen …
policy-no-project = Kein Projekt
policy-no-project-next = Unter „Projekte“ eines öffnen
policy-only-owners = { $me } kann hier alles sehen, aber nichts entscheiden: das tun nur Eigner, also { $owners }

policy-tab-next = Nächste Version
policy-tab-versions = Versionen
policy-tab-campaigns = Kampagnen
policy-tab-people = Personen

policy-files = { $names } in
policy-file-missing = { $name } (fehlt)
policy-copy-path = Pfad kopieren
policy-copy-path-name = Den Pfad des Projektordners kopieren
policy-nothing-new = Was in den Dateien steht, gilt: Regelwerk { $policy }, Ontologie { $ontology }
policy-nothing-new-next = Um eine Regel zu ändern: die Dateien bearbeiten, in jeder geänderten Datei die Version erhöhen und neu einlesen. Auch ein geänderter Leitfaden ist ein neues Regelwerk.
policy-both-new = Regelwerk { $policy } und Ontologie { $ontology } sind neu
policy-policy-new = Regelwerk { $policy } ist neu; Ontologie { $ontology } gilt bereits
policy-ontology-new = Ontologie { $ontology } ist neu; Regelwerk { $policy } gilt bereits
policy-ontology-given = ontology.toml wurde geändert, aber Version { $version } ist schon vergeben: auf { $least } erhöhen
policy-policy-given = policy.toml oder der Leitfaden wurde geändert, aber Version { $version } ist schon vergeben: in policy.toml auf { $least } erhöhen
policy-ontology-differences = Änderungen an der Ontologie
policy-policy-differences = Änderungen am Regelwerk

policy-no-difference = Kein Unterschied
policy-added = neu
policy-removed = entfällt
policy-changed = geändert
policy-renamed = umbenannt
policy-reordered = umgestellt
policy-lines = { $added ->
    [one] { $added } Zeile neu, { $removed } entfallen
   *[other] { $added } Zeilen neu, { $removed } entfallen
}
policy-more-lines = { $count ->
    [one] { $count } weitere Zeile
   *[other] { $count } weitere Zeilen
}

policy-touched = Was aus Labelsätzen anderer Versionen wird
policy-touched-none = Kein Labelsatz trägt eine andere Version
policy-column-annotator = Annotator
policy-column-sets = Labelsätze
policy-column-sets-hint = Labelsätze, die unter einer anderen Version entstanden
policy-column-hold = Gültig
policy-column-hold-hint = Sie sind auch unter der neuen Version gültig und behalten die, unter der sie entstanden
policy-column-migrate = Überführt
policy-column-migrate-hint = Die Regeln in migration.toml überführen sie in die neue Version
policy-column-back = Zurück
policy-column-back-hint = Sie verletzen die neue Version und gehen an den Annotator zurück, zuoberst in die Warteschlange
policy-column-drafts = Entwürfe
policy-column-drafts-hint = Entwürfe, die die neue Version verletzen: sie bleiben beim Annotator, der sieht, was zu ändern ist
policy-column-settled = Entschieden
policy-column-settled-hint = Auf entschiedenen Bildern: sie bleiben, bis diese wieder geöffnet werden
policy-column-example = Zum Beispiel
policy-column-example-hint = Der erste Labelsatz, der die neue Version verletzt, und wodurch
policy-example = { $sample }: { $breach }

policy-publish-heading = Veröffentlichen?
policy-publish-both = Ab dann gelten Regelwerk { $policy } und Ontologie { $ontology }. Veröffentlichte Versionen werden nie geändert.
policy-publish-policy = Ab dann gilt Regelwerk { $policy }. Veröffentlichte Versionen werden nie geändert.
policy-publish-ontology = Ab dann gilt Ontologie { $ontology }. Veröffentlichte Versionen werden nie geändert.
policy-publish-now = Veröffentlichen
policy-publish-touched = { $count ->
    [one] { $count } Labelsatz trägt eine andere Version:
   *[other] { $count } Labelsätze tragen eine andere Version:
}
policy-bring-along = Labelsätze mitnehmen
policy-keep = Alle lassen, wie sie sind
policy-fate-migrated = { $count ->
    [one] { $count } wird nach den Regeln in migration.toml überführt
   *[other] { $count } werden nach den Regeln in migration.toml überführt
}
policy-fate-back = { $count ->
    [one] { $count } verletzt die neue Version und geht an den Annotator zurück
   *[other] { $count } verletzen die neue Version und gehen an ihre Annotatoren zurück
}
policy-fate-hold = { $count ->
    [one] { $count } ist auch so gültig
   *[other] { $count } sind auch so gültig
}
policy-fate-drafts = { $count ->
    [one] { $count } Entwurf verletzt die neue Version und bleibt beim Annotator
   *[other] { $count } Entwürfe verletzen die neue Version und bleiben bei ihren Annotatoren
}
policy-fate-settled = { $count ->
    [one] { $count } ist entschieden und bleibt, bis er wieder geöffnet wird
   *[other] { $count } sind entschieden und bleiben, bis sie wieder geöffnet werden
}
policy-fate-kept = { $count ->
    [one] Er bleibt unter der Version, unter der er entstand. Nichts wird überführt, nichts geht zurück.
   *[other] Alle { $count } bleiben unter den Versionen, unter denen sie entstanden. Nichts wird überführt, nichts geht zurück.
}
policy-said-published = Veröffentlicht: Regelwerk { $policy }, Ontologie { $ontology }

policy-no-version = Noch nichts veröffentlicht
policy-no-version-next = ontology.toml und policy.toml schreiben, dann unter „Nächste Version“ veröffentlichen
policy-column-version = Regelwerk
policy-column-ontology = Ontologie
policy-column-ontology-hint = Die Version der Ontologie ab dann
policy-column-when = Veröffentlicht (UTC)
policy-column-by = Von
policy-column-bearing = Labelsätze
policy-column-bearing-hint = Labelsätze, die diese Versionen tragen, auch Entwürfe
policy-column-state = Stand
policy-row = Regelwerk { $policy }, Ontologie { $ontology }
policy-in-force = gilt
policy-replaced = abgelöst
policy-withdrawn = zurückgezogen: { $reason }
policy-withdrawn-hint = Zurückgezogen von { $by }, { $when } UTC
policy-policy-before = Änderungen am Regelwerk gegenüber der Version davor
policy-ontology-before = Änderungen an der Ontologie gegenüber der Version davor
# Dasselbe für eine Version, vor der es keine gab.
policy-policy-first = Das erste Regelwerk
policy-ontology-first = Die erste Ontologie
policy-withdraw = Zurückziehen …
policy-withdraw-hint = Danach wird nichts mehr unter ihr abgegeben
policy-withdrawn-already = sie ist schon zurückgezogen
policy-only-version = sie ist die letzte, die bleibt: erst eine andere veröffentlichen
policy-withdraw-heading = Regelwerk { $version } zurückziehen?
policy-withdraw-words = Danach wird nichts mehr unter dieser Version abgegeben, und die neueste der anderen gilt. Labelsätze, die sie tragen, bleiben. Das lässt sich nicht zurücknehmen.
policy-withdraw-why = Was stimmt nicht mit ihr?
policy-withdraw-reason = Grund
policy-withdraw-needs-reason = einen Grund nennen
policy-withdraw-now = Zurückziehen
policy-said-withdrawn = Regelwerk { $version } ist zurückgezogen

policy-campaign-words = Strittige Bilder werden noch einmal gelabelt, um zu sehen, ob eine klarere Regel zu mehr Übereinstimmung führt
policy-no-campaign = Noch keine Kampagne
policy-no-campaign-next = Wurde eine Regel klarer gefasst, zeigt eine Kampagne, ob das geholfen hat
policy-column-campaign = Kampagne
policy-column-progress = Erledigt
policy-column-progress-hint = Neu erstellte Labelsätze von allen, die es werden sollen
policy-column-samples = Bilder
policy-column-samples-hint = Bilder, die zwei oder mehr Personen noch einmal gelabelt haben; auf ihnen beruhen die Zahlen
policy-column-change = Änderung
policy-column-change-hint = Nachher minus vorher, mit dem Intervall über dieselben Ziehungen von Bildern
policy-column-reason = Frage
policy-column-measure = Maß
policy-column-before = Vorher
policy-column-after = Nachher
policy-column-meaning = Bedeutung
policy-no-change-figure = Für diese Änderung wird kein Intervall berechnet
policy-done-of = { $done } von { $tasks }
policy-before-after = { $before } → { $after }
policy-campaign-begun = Begonnen von { $by }, { $when } UTC, unter Regelwerk { $version }
policy-campaign-progress = { $tasks ->
    [one] { $done } von { $tasks } Labelsatz neu erstellt
   *[other] { $done } von { $tasks } Labelsätzen neu erstellt
}
policy-campaign-nothing-yet = Es gibt nichts zu vergleichen, bis zwei Personen ein Bild noch einmal gelabelt haben
policy-campaign-rests-on = { $count ->
    [one] Übereinstimmung auf { $count } Bild, das zwei oder mehr Personen noch einmal gelabelt haben
   *[other] Übereinstimmung auf { $count } Bildern, die zwei oder mehr Personen noch einmal gelabelt haben
}
policy-campaign-heading = Neue Kampagne
policy-campaign-hint = Aus strittigen Bildern wird gezogen, und wer sie abgegeben hat, labelt sie noch einmal: von Grund auf, ohne Vorschläge, zuoberst in der Warteschlange. Was vorher abgegeben wurde, bleibt erhalten.
policy-campaign-name = Name
policy-campaign-reason = Frage
policy-campaign-reason-hint = Annotatoren lesen sie
policy-campaign-among = Gezogen aus
policy-campaign-all = allen strittigen Bildern
policy-campaign-two = Bildern, auf denen zwei Klassen verwechselt werden
policy-campaign-one-class = die Ontologie hat keine zwei Klassen
policy-campaign-first = Erste Klasse
policy-campaign-second = Zweite Klasse
policy-campaign-samples = Bilder
policy-campaign-seed = Startwert
policy-campaign-seed-hint = Aus ihm und dem Namen folgt die Ziehung
policy-campaign-needs-name = einen Namen geben
policy-campaign-needs-reason = sagen, was sich zeigen soll
policy-campaign-needs-two = zwei Klassen wählen
policy-campaign-begin = Beginnen
policy-said-began = { $count ->
    [one] { $name } hat begonnen: { $count } Labelsatz wird neu erstellt
   *[other] { $name } hat begonnen: { $count } Labelsätze werden neu erstellt
}

policy-annotator = Annotator
policy-annotator-hint = Labelt Bilder
policy-reviewer = Prüfer
policy-reviewer-hint = Nimmt an, bessert nach, schickt zurück und weist ab, was ein Annotator abgegeben hat
policy-arbiter = Schlichter
policy-arbiter-hint = Entscheidet, was mehrere verschieden sehen; öffnet wieder, schickt zurück und weist ab
policy-owner = Eigner
policy-owner-hint = Veröffentlicht und zieht Versionen zurück, importiert, gibt Datensätze heraus, beginnt Kampagnen, vergibt Rollen und darf auch alles andere
policy-people-open = Niemand hat eine Rolle: alle dürfen alles, außer die eigene Arbeit zu beurteilen. Ist erst ein Eigner benannt, entscheidet nur noch, wer eine Rolle hat.
policy-column-person = Person
policy-only-owner = der einzige Eigner: erst jemand anderen zum Eigner machen
policy-only-role = die einzige Rolle: um sie zu nehmen, die Person herausnehmen
policy-role-of = { $person }: { $role }
policy-role-of-new = Neue Person: { $role }
policy-take-out = Herausnehmen …
policy-take-out-name = { $person } herausnehmen
policy-take-out-heading = { $person } aus dem Projekt herausnehmen?
policy-take-out-words = Die Person kann darin nichts mehr entscheiden. Was sie gelabelt und entschieden hat, bleibt.
policy-take-out-now = Herausnehmen
policy-add-heading = Eine Person hinzufügen
policy-person-hint = Name am Platz
policy-person-name = Name der neuen Person
policy-person-needs-name = den Namen angeben, unter dem sie am Platz sitzt
policy-person-known = diese Person steht schon oben
policy-person-first = wer als Erster eine Rolle bekommt, muss Eigner sein
policy-person-needs-role = eine Rolle ankreuzen
policy-add = Hinzufügen
policy-add-name = Die Person hinzufügen
policy-without-role = Hier, aber ohne Rolle:
policy-without-role-hint = Den Namen übernehmen
