# What is said of labels and of the queue by the parts below the window.

# Why a sample stands where it stands in the queue.

queue-uncertainty = Unsicherheit { $bits } Bit, unter den unsichersten { $top } %
queue-uncertainty-plain = Unsicherheit { $value } von 1, unter den unsichersten { $top } %
queue-opinions = { $count } Urteile des Modells weichen um { $value } von 1 ab, unter den unsichersten { $top } %
queue-information = { $count } Urteile des Modells unterscheiden sich um { $nats } Nat, unter den unsichersten { $top } %
queue-unseen = noch kein Modell hat es gesehen
queue-slice = Slice { $name } × { $weight }
queue-slice-short = Slice { $name } × { $weight } ({ $why })
queue-recall = Recall nur mindestens { $low }, das Ziel ist { $target }
queue-waiting = { $days ->
    [one] wartet einen Tag × { $factor }
   *[other] wartet { $days } Tage × { $factor }
}
queue-disagreement = die Modelle sehen hier Verschiedenes, unter den stärksten { $top } %
queue-rarity = unsicher bei seltenen Klassen, unter den stärksten { $top } %
# How far its embedding is from what is labelled or picked before, 0 to 2.
queue-diversity = anders als das, was gelabelt ist, im Abstand { $distance }
queue-random = zufällig gezogen, um unverzerrt zu wissen, wie gut das Modell ist
queue-blank = gezogen, weil das Modell hier nichts sieht
# As somebody wrote it who put the sample forward.
queue-boost = { $reason }
queue-campaign = Kampagne { $name }: { $reason }
queue-sent-back = zurückgegeben von { $by }: { $reason }

# Why a tool does not do what was asked for.

refusal-locked = Das Objekt ist gesperrt
refusal-nothing-selected = Auswählen, worauf das wirken soll
refusal-no-area = Das hätte keine Fläche
refusal-leaves-image = Davon bliebe nichts im Bild
refusal-ring-too-short = Ein Polygon braucht drei oder mehr Punkte
refusal-line-too-short = Ein Linienzug braucht zwei oder mehr Punkte
refusal-too-few-extremes = Ein Rechteck über Extrempunkte braucht vier Klicks
refusal-no-point = Mindestens ein Punkt muss einen Ort haben
refusal-last-vertices = Ein Polygon behält drei Punkte, ein Linienzug zwei
refusal-nothing-to-erase = Das eine Objekt auswählen, aus dem radiert wird
refusal-not-a-region = Der Pinsel wirkt auf Objekte, die eine Fläche bedecken
refusal-does-not-cross = Die Linie muss ganz durch das Objekt gehen
refusal-crosses-several = Die Linie kreuzt mehrere Objekte; die zu zerschneidenden auswählen
refusal-too-few-to-join = Zum Vereinigen zwei oder mehr Objekte auswählen, die eine Fläche bedecken
refusal-cannot-convert = Die Auswahl lässt sich nicht in diese Art umwandeln
refusal-no-region-of-class = Die Klasse lässt weder Masken noch Polygone zu
refusal-nothing-pointed-at = Noch ist auf nichts gezeigt: auf das Ding klicken oder ein Rechteck darum ziehen
refusal-not-answered-yet = Das Modell hat noch nicht geantwortet
refusal-nothing-found = Das Modell hat dort nichts gefunden

# What a step of the history did.

change-add = { $class } hinzugefügt
change-delete = { $class } gelöscht
change-class = { $before } zu { $after } geändert
change-kind = { $class } umgewandelt: { $kind }
change-shape = { $class } verschoben oder umgeformt
change-group = Gruppe von { $class } geändert
change-attributes = Attribute von { $class } geändert
change-order = Zeichenreihenfolge geändert
change-tag = Tag { $tag } gesetzt
change-untag = Tag { $tag } entfernt
change-relate = Objekte verknüpft: { $kind }
change-unrelate = Verknüpfung gelöst: { $kind }
change-confirm-empty = bestätigt, dass hier nichts ist
change-unconfirm-empty = zurückgenommen, dass hier nichts ist
change-reject = Vorschlag abgelehnt
change-reject-as = Vorschlag abgelehnt: { $reason }
reject-spurious = nichts da
reject-wrong-class = falsche Klasse
reject-poor-box = schlechtes Rechteck
reject-duplicate = doppelt
change-unreject = Ablehnung zurückgenommen
change-take-up = { $count ->
    [one] Labelsatz einer anderen Person geprüft
   *[other] { $count } Labelsätze geprüft
}
change-put-down = Prüfung beiseitegelegt
change-judge = Abweichung entschieden
change-judge-several = { $count } Abweichungen entschieden
change-unjudge = Entscheidung zurückgenommen
change-more = { $first } und { $count } weitere
change-nothing = nichts

# Several names in a sentence.

list-or = { $some } oder { $next }
list-and = { $some } und { $next }
list-none = nichts

# Buttons that mend a finding.

fix-delete = Objekt löschen
fix-delete-duplicate = Doppeltes entfernen
fix-clip = Auf das Bild beschneiden
fix-clear-subclass = Unterklasse entfernen
fix-unset = { $name } entfernen
fix-set = { $name } auf { $value } setzen
fix-remove-relation = Beziehung entfernen
fix-turn-relation = Beziehung umdrehen
fix-confirm-empty = Bestätigen, dass hier nichts ist
fix-unconfirm-empty = Bestätigung zurücknehmen
fix-remove-tag = Tag { $name } entfernen

# What breaks the ontology or the policy.

finding-unknown-relation = die Ontologie hat keine Beziehung „{ $kind }“
finding-relation-nothing = { $kind } verknüpft ein Objekt, das es nicht gibt
finding-relation-itself = { $kind } verknüpft { $class } mit sich selbst
finding-relation-classes = { $kind } kann nicht von { $from } zu { $to } führen
finding-unknown-tag = die Ontologie hat keinen Tag „{ $name }“
finding-tag-conflict = ein Bild hat einen Tag aus { $group }, nicht { $tags } zugleich
finding-missing-tag = das Bild braucht einen Tag aus { $group }: { $choice }
finding-empty-not-confirmed = nichts ist gelabelt: bestätigen, dass hier nichts ist
finding-not-empty = es ist bestätigt, dass hier nichts ist, aber es gibt Objekte
finding-unknown-class = die Ontologie hat keine Klasse „{ $class }“
finding-unknown-subclass = { $class } hat keine Unterklasse „{ $subclass }“
finding-missing-subclass = { $class } braucht eine Unterklasse: { $choice }
finding-unknown-attribute = { $class } hat kein Attribut „{ $name }“
finding-hidden-attribute = { $class } hat einen Wert für { $name }, das hier nicht gilt
finding-missing-attribute = { $class } braucht einen Wert für { $name }
finding-self-crossing = der Umriss von { $class } kreuzt sich selbst
finding-too-many-points = { $class } hat { $count } Punkte; das Regelwerk erlaubt { $most }
finding-too-small = { $class } misst { $width } × { $height } px; das Regelwerk verlangt mindestens { $least } px je Seite
finding-area-too-small = { $class } bedeckt { $area } px²; das Regelwerk verlangt mindestens { $least } px²
finding-wrong-mask-size = die Maske von { $class } ist für ein Bild von { $width } × { $height } px gemacht
finding-outside-image = { $class } ragt aus dem Bild ({ $width } × { $height } px)
finding-edge-not-truncated = { $class } berührt den Bildrand: abgeschnitten?
finding-duplicate = { $class } deckt sich zu { $overlap } % mit einem anderen: doppelt gelabelt?
finding-too-many-of-class = das ist { $class } Nummer { $number }; das Regelwerk erlaubt { $most } je Bild
finding-too-many = das ist Objekt Nummer { $number }; das Regelwerk erlaubt { $most } je Bild
finding-excluded = { $class } und { $other } dürfen nicht auf einem Bild sein
finding-wrong-value = { $name } kann nicht „{ $value }“ sein
finding-wrong-number = { $name } kann nicht „{ $value }“ sein: eine Zahl, { $limits }
finding-no-length = { $class } hat keine Länge
finding-no-area = { $class } hat keine Fläche
finding-wrong-shape = { $class } ist so gezeichnet: { $kind }; erlaubt: { $allowed }
finding-wrong-point-count = { $class } hat { $count } Punkte; { $skeleton } hat { $needed }
name = { $name }

# The limits of a number.

range-between = { $min } bis { $max }
range-from = ab { $min }
range-up-to = bis { $max }
range-any = beliebig
range-steps = { $limits } in Schritten von { $step }

# Kinds of geometry, in the middle of a sentence.

kind-box = Rechteck
kind-rotated-box = gedrehtes Rechteck
kind-polygon = Polygon
kind-polyline = Linienzug
kind-mask = Maske
kind-ellipse = Ellipse
kind-points = Punkte

# The values of an attribute that is a flag.

flag-yes = ja
flag-no = nein
