# What several screens say.

samples = { $count ->
    [one] { $count } Bild
   *[other] { $count } Bilder
}
failed = { $doing } fehlgeschlagen
stopped = { $doing } angehalten
close = Schließen
cancel = Abbrechen
