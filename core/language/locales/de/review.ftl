# Prüfen und schlichten: was jemanden am Entscheiden hindert, und die Namen der Rollen.

obstacle-settled = { $by } hat es entschieden: erst wieder öffnen
obstacle-not-settled = Es ist nicht entschieden, also gibt es nichts zu öffnen
obstacle-nothing = Niemand hat etwas abgegeben, das zählt
obstacle-own-work = Niemand prüft die eigene Arbeit, und dieses Bild wurde hier gelabelt
obstacle-own-draft = Auf diesem Bild gibt es eigene Labels, abgegeben oder nicht
obstacle-role = Dafür braucht es die Rolle { $role }
obstacle-several = Mehrere haben abgegeben: zwischen ihnen entscheiden
obstacle-not-taken-up = Noch nichts entschieden
obstacle-outdated = Inzwischen wurde neu abgegeben: von vorn beginnen
obstacle-open = { $count ->
    [one] Eine Abweichung ist offen
   *[other] { $count } Abweichungen sind offen
}
obstacle-findings = { $count ->
    [one] Eine Regel ist verletzt: siehe Befunde
   *[other] { $count } Regeln sind verletzt: siehe Befunde
}
obstacle-no-reason = Es braucht einen Grund

role-annotator = Annotator
role-reviewer = Prüfer
role-arbiter = Schlichter
role-owner = Eigner

# Die Ansicht „Prüfen“: die Liste der Bilder.
review-list = Zu prüfen
review-waiting = { $count ->
    [one] Ein Bild wartet
   *[other] { $count } Bilder warten
}
review-listing = Wird aufgelistet …
review-list-empty-hint = Nichts wartet auf eine zweite Person
review-f1 = F1 { $f1 }
review-stage-label = labeln
review-stage-review = prüfen
review-stage-arbitrate = schlichten
review-stage-gold = Gold
review-nothing-waits = Nichts zu prüfen
review-nothing-waits-hint = Bilder kommen hierher, wenn sie abgegeben sind und die Richtlinie einen zweiten Blick verlangt oder Personen voneinander abweichen
review-kind-missing = fehlt
review-kind-class = Klasse
review-kind-subclass = Unterklasse
review-kind-extra = zu viel
review-kind-geometry = Geometrie
review-kind-attribute = Attribut { $name }
review-kind-tag = Schlagwort { $tag }
review-kind-attributes = Attribut
review-kind-tags = Schlagwort

review-still-loads = Das Abgegebene wird geladen …
review-of = Prüfung von { $name }
review-between = Zwischen { $names }
review-outdated = Inzwischen wurde neu abgegeben
review-reopened = Wieder geöffnet: { $reason }
review-returned = { $by } gab die Labels von { $of } zurück: { $reason }
review-show-hint = Diese Labels zeigen
review-result = Ergebnis
review-result-hint = Was daraus wird: Objekte, über die alle einig sind, und die der Urteile
review-mode-overlay = Übereinander
review-mode-flicker = Im Wechsel
review-mode-side-by-side = Nebeneinander
review-first = Erste von zwei Personen
review-second = Zweite von zwei Personen
review-second-canvas = Zweite Bildfläche
review-shown = Gezeigt: { $letter } { $name }
review-accept = Annehmen und weiter
review-settle = Entscheiden und weiter
review-send-back = Zurückgeben …
review-decided = { $done } von { $count } entschieden
review-mending = wird ausgebessert
review-not-begun = nicht begonnen

review-disagreements = Abweichungen
review-disagreements-count = Abweichungen ({ $count })
review-agreed = { $count } einig · F1 { $f1 }
review-no-disagreement = Alle sagen dasselbe
review-has-it = { $names } mit
review-has-not = { $names } ohne
review-overlap = Überlappung { $overlap }
review-open = offen
review-took = { $of } genommen
review-took-all = alle genommen
review-took-neither = keines genommen
review-took-mixed = Ort von { $geometry }, Klasse von { $class }
review-took-fused = verschmolzen
review-took-by-hand = von Hand
review-class = Klasse
review-size = Größe
review-size-of = { $kind } { $width } × { $height }
review-differs = Sie sagen nicht dasselbe
review-button-a = A
review-button-b = B
review-button-take = { $letter }
review-take-name = { $name } nehmen
review-button-both = Beide
review-button-all = Alle
review-button-neither = Keines
review-button-fused = Verschmelzen
review-button-place-a = Ort A, Rest B
review-button-place-b = Ort B, Rest A
review-button-by-hand = Gezeichnet
review-edit = Bearbeiten
review-take-back = Zurücknehmen
review-rest = Rest: { $kind } …
review-single = { $count ->
    [one] { $name } hat ein Objekt gezeichnet
   *[other] { $name } hat { $count } Objekte gezeichnet
}
review-single-hint = So annehmen; ausbessern (jedes Werkzeug beginnt damit) und dann annehmen; zurückgeben; oder ablehnen
review-mend = Ausbessern

review-reason = Grund
review-reason-hint = Warum?
review-needs-reason = Erst den Grund schreiben
review-send-back-heading = Zurückgeben
review-send-back-hint = Es kommt mit diesem Grund an die Spitze der Warteschlange dessen, der gelabelt hat
review-send-back-comments = Diese Kommentare gehen mit:
review-send-back-no-comments = An diesem Bild ist kein offener Kommentar von Ihnen angeheftet. Erst einen anheften, um die Stelle zu zeigen
review-send-back-now = Zurückgeben
review-reject-heading = Ablehnen
review-reject-hint = Diese Labels zählen nicht mehr, und jemand anders soll das Bild labeln
review-reject-now = Ablehnen
review-reopen-heading = Wieder öffnen
review-reopen-hint = Das Bild ist wieder offen, und seine Labels lassen sich ändern
review-reopen-now = Wieder öffnen

review-say-sent-back = An { $of } zurückgegeben
review-say-rejected = Die Labels von { $of } sind abgelehnt
review-say-done = Sonst wartet hier nichts
review-say-tag = Ein Schlagwort ist kein Objekt: ein Urteil fällen
review-doing-list = Auflisten, was wartet
review-doing-dispute = Laden der Abweichungen
review-doing-decide = Entscheiden
