# Die Ansicht „Modelle“: welche Modelle, woher, wie sicher, wie schnell.

models-doing-list = Das Lesen des Modellverzeichnisses
models-doing-propose = Das Erproben des Modells
models-doing-register = Das Aufnehmen des Modells
models-doing-run = Der Lauf des Modells
models-doing-measure = Das Messen des Modells
models-doing-calibrate = Das Kalibrieren des Modells
models-doing-retire = Das Ändern der Verwendung des Modells

models-heading = Modelle
models-no-project = Kein Projekt
models-no-project-next = Öffnen Sie eines auf der Startseite
models-reading = Das Verzeichnis wird gelesen …
models-none = Kein Modell ist aufgenommen
models-none-next = Wählen Sie oben eine ONNX-Datei, oder lassen Sie eine auf das Fenster fallen
models-path-hint = Pfad einer ONNX-Datei
models-look = Ansehen

models-column-name = Modell
models-column-family = Familie
models-column-classes = Klassen
models-column-signature = Signatur
models-column-calibrated = Kalibriert
models-column-speed = Bilder/s
models-column-state = Zustand
models-unsigned = unsigniert
models-signed = gültig
models-ready = bereit
models-retired = außer Gebrauch
models-missing = Datei fehlt
models-no = nein
models-temperature = Temperatur { $t }
models-isotonic = { $knots ->
    [one] isoton, { $knots } Knoten
   *[other] isoton, { $knots } Knoten
}

models-run = Über alle Bilder laufen lassen
models-run-hover = Hebt die Vorhersagen als Lauf auf; ein unterbrochener Lauf geht weiter, wo er stehen blieb
models-run-views = In sechs Ansichten laufen lassen
models-run-views-hover = Sieht jedes Bild, wie es ist, gespiegelt, kleiner, größer, dunkler und heller, und hebt auf, wie weit das übereinstimmt; dauert sechsmal so lang
models-calibrate = Kalibrieren
models-calibrate-hover = Passt die Werte an das an, was zutraf: am letzten Lauf und der Referenz des Projekts
models-measure = Tempo messen
models-measure-hover = Ein Bild allein, und alle Kerne zugleich
models-retire = Außer Gebrauch nehmen
models-back = Wieder in Gebrauch nehmen
models-retire-hover = Was das Modell gesagt hat, bleibt im Projekt

models-sha = SHA-256
models-family = Familie
models-name = Name
models-trained-on = Trainiert mit
models-revision = Stand des Codes
models-licence = Lizenz
models-source = Veröffentlicht unter
models-added-by = Aufgenommen von
models-file = Datei
models-not-said = nicht angegeben
models-calibration = { $by }, an { $boxes } Rechtecken; Kalibrierungsfehler { $before } vorher, { $after } nachher an Bildern, die nicht angepasst wurden
models-speed = { $rate } Bilder/s, { $alone } ms allein ({ $engine }, auf { $device })
models-contract = Vertrag
models-unmapped = Klassen, die die Ontologie nicht hat
models-unmapped-what = { $classes }: ihre Objekte bleiben erhalten, können aber keine Labels werden

models-proposal-heading = Dieses Modell aufnehmen?
models-proposal-facts = { $classes ->
    [one] Familie { $family }, { $classes } Klasse, läuft auf { $engine }
   *[other] Familie { $family }, { $classes } Klassen, läuft auf { $engine }
}
models-assumed = Angenommen, denn weder die Datei noch eine model.toml sagt es:
models-assumed-next = Ist etwas anders, schreiben Sie es in eine model.toml neben der Datei und sehen Sie es noch einmal an
models-register = Aufnehmen

models-registered = Das Modell ist aufgenommen
models-measured = { $name }: { $rate } Bilder/s
models-calibrated = { $name } wurde an { $boxes } Rechtecken kalibriert; die Warteschlange ordnet sich neu
models-ran = { $model } lief über { $samples } Bilder und fand { $found } Objekte
models-ran-again = Genau dieser Lauf von { $model } war schon da
models-ran-problems = { $count ->
    [one] { $count } Bild war nicht lesbar: { $place }: { $cause }
   *[other] { $count } Bilder waren nicht lesbar, das erste: { $place }: { $cause }
}

# Pairs of encoder and decoder, which find the mask of what a person points at. Q is the key of the tool.
models-prompted = Findet die Masken dessen, worauf auf der Zeichenfläche gezeigt wird (Q); auf Bilder angewandt wird es nicht
models-decoder-sha = SHA-256 des Decoders
models-decoder-file = Datei des Decoders
models-proposal-pair = Ein Paar aus Encoder und Decoder, um auf der Zeichenfläche auf Dinge zu zeigen; Engine { $engine }
