# Examples of the policy: what is added from a disagreement.

# What each person says; stands with commas between in the caption of an example.
example-says = { $name } sagt { $what }
example-nothing = { $name } sagt nichts
example-tags = { $name } vergibt das Schlagwort { $tag }
example-draws = { $name } zeichnet { $width } × { $height } px
example-values = { $name } sagt { $attribute }: { $value }
example-unset = { $name } setzt { $attribute } nicht

# The window that asks for it.
example-heading = Als Beispiel aufnehmen
example-hint = Ein Ausschnitt mit dem Umriss kommt in die nächste Version des Regelwerks. Er gilt, sobald diese veröffentlicht ist.
example-whose = Umriss von
example-class = Klasse
example-verdict = So ist es
example-right = richtig
example-wrong = falsch
example-caption = Was es zeigt
example-add = Aufnehmen
example-busy = Wird aufgenommen …
# What was attempted; stands in “… failed”.
example-doing = Aufnehmen des Beispiels
# $verdict is one of “right” and “wrong” of this file.
example-added = In policy.toml aufgenommen als Beispiel für { $class }, { $verdict }: { $picture }. Es gilt, sobald Version { $version } der Richtlinie veröffentlicht ist
