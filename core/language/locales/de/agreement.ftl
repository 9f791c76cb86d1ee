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
agreement-undefined = – ({ $reason })
agreement-reason-empty = leer
agreement-reason-no-variation = keine Streuung
agreement-reason-zero-denominator = Nenner ist null
agreement-reason-insufficient-support = zu wenige Fälle
agreement-reason-not-applicable = nicht anwendbar
agreement-reason-non-finite-input = keine endlichen Werte

# Details of a pair: headings of charts, and what stands at the axes of the table.
agreement-shaky = Unsichere Intervalle: { $names }
agreement-f1-by-class = Dieselben Objekte gefunden und gleich benannt, nach Klasse
agreement-presence-by-class = Vorkommen im Bild, nach Klasse
agreement-confusion = Zugeordnete Rechtecke nach der Klasse beider
agreement-says = { $annotator } sagt
# The row and column for a box that the other one did not draw.
agreement-nothing = nichts
