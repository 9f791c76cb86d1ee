# What went wrong, in words: what did not happen, and what to do next.

doing-open = Öffnen des Projekts
doing-open-sample = Öffnen des Beispielprojekts
doing-make-sample = Erstellen des Beispielprojekts
doing-make = Erstellen des Projekts
doing-close = Schließen des Projekts
doing-look = Prüfen des Abgelegten
doing-dialog = Öffnen des Dateidialogs
doing-save-step = Speichern des letzten Schritts
doing-read-keymap = Einlesen der Tastenbelegung
problem-dialog-open = Ein Dateidialog ist schon offen
problem-nothing-chosen = Es wurde nichts gewählt; ein Pfad lässt sich auch eintippen oder ein Ordner hier ablegen
problem-no-sample-project = dieser Start der Anwendung bringt kein Beispielprojekt mit
problem-title-and-reason = { $title }: { $reason }

# What to do next after an error.

next-check-picture = Prüfen, ob die Bilddatei heil ist, dann das Bild erneut öffnen
next-panic = Alles andere läuft weiter; bitte wiederholen und die Einzelheiten melden, wenn es wieder geschieht
next-busy = Warten, bis einiges davon erledigt ist, dann erneut versuchen
next-unavailable = Concord mit seinem eigenen Befehl starten, der dies mitbringt
next-correct-file = Die genannte Datei berichtigen, dann erneut versuchen
next-check-file = Die genannte Datei prüfen, dann erneut versuchen
next-check-image = Prüfen, ob die Bilddatei da und heil ist
next-check-model = Die Modelldatei prüfen; `concord doctor` zeigt, welche Laufzeiten da sind
next-check-labels = Prüfen, ob die Labels, aus denen es berechnet wurde, vollständig sind
next-check-path = Prüfen, ob es den Pfad gibt und ob Lesen und Schreiben erlaubt sind
next-change-reason = Ändern, was der Grund nennt, dann erneut versuchen
next-start-again = Jederzeit wieder starten
next-locked = Das Projekt im anderen Fenster oder Befehl schließen, dann hier öffnen
next-read-only = Schreibrecht für den Projektordner einrichten oder ihn anderswohin kopieren
next-disk-full = Platz schaffen, dann den letzten Schritt wiederholen
next-newer = Das Projekt mit der neueren Version von Concord öffnen
next-missing = Einen Ordner mit einer concord.toml wählen oder ein neues Projekt erstellen
next-corrupt = `concord verify` auf das Projekt anwenden und eine Kopie zurückholen
next-check-disk = Datenträger und Pfad prüfen, dann erneut versuchen
next-reloaded = Das Bild wurde so neu geladen, wie es gespeichert ist; den Schritt wiederholen

# Why something failed; a part of a sentence after the name of what failed.

problem-panic = ein interner Fehler hat es angehalten: { $why }
problem-busy = zu viel andere Arbeit wartet

# The file of a person’s own keys.

keymap-read = Die Tastenbelegung wurde eingelesen
keymap-lost = { $key } gehört jetzt zu „{ $holder }“, nicht zu „{ $action }“
keymap-changes = Nach der eigenen { $file }: { $changes }
keymap-more = und { $count } weitere, siehe Einzelheiten
keymap-not-taken = { $count ->
    [one] Eine Taste wurde nicht übernommen
   *[other] { $count } Tasten wurden nicht übernommen
}
keymap-next = Der Rest der Datei gilt. Sie berichtigen und dann neu einlesen (Palette: { $action })
keymap-no-action = es gibt keine Aktion dieses Namens
keymap-take-name = Den Namen der Tastenliste entnehmen: wird dort eine Taste geändert, entsteht die Zeile von selbst
keymap-no-preset = es gibt keine Vorlage „{ $name }“
keymap-choose-preset = Eine von diesen wählen: { $names }
keymap-bound-twice = { $key } gehört zu „{ $holder }“ und zu „{ $other }“
keymap-give-another = „{ $holder }“ behält sie; „{ $other }“ eine andere Taste geben
keymap-line = { $file }, Zeile { $line }
keymap-write-lines = Zeilen schreiben wie { $example }
keymap-no-text = das ist kein Text
keymap-quote-preset = Den Namen einer Vorlage in Anführungszeichen schreiben
keymap-no-table = das ist keine Tabelle
keymap-write-table = [keys] in eine eigene Zeile schreiben
keymap-nothing-of-name = eine Tastenbelegung enthält nichts dieses Namens
keymap-put-below = Die Tasten von Aktionen unter eine Zeile [keys] setzen
keymap-keys-no-texts = die Tasten sind keine Texte
keymap-quote-keys = Sie in Anführungszeichen schreiben: { $example }
keymap-write-keys = Tasten schreiben wie F, Ctrl+Shift+P, Alt+Left, F5 oder PgDn
keymap-unreadable = „{ $words }“ ist unlesbar: { $why }
keymap-no-key = „{ $words }“ ist keine Taste
keymap-no-modifier = „{ $words }“ ist keine Zusatztaste; es gibt Ctrl, Alt und Shift
keymap-empty = da steht nichts
