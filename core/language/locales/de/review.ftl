# Prüfen und schlichten: was jemanden am Entscheiden hindert, und die Namen der Rollen.

obstacle-settled = { $by } hat es entschieden: erst wieder öffnen
obstacle-not-settled = Es ist nicht entschieden, also gibt es nichts zu öffnen
obstacle-nothing = Niemand hat etwas abgegeben, das zählt
obstacle-own-work = Niemand prüft die eigene Arbeit, und dieses Bild wurde hier gelabelt
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
