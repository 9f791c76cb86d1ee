# Reviewing and arbitrating: what keeps somebody from deciding, and the names of roles.

obstacle-settled = { $by } settled it: reopen it first
obstacle-not-settled = It is not settled, so there is nothing to reopen
obstacle-nothing = Nobody has submitted anything that counts
obstacle-own-work = Nobody judges their own work, and you labelled it
obstacle-role = It takes the role of { $role }
obstacle-several = Several people have submitted: decide between them
obstacle-not-taken-up = Nothing was decided on it yet
obstacle-outdated = Somebody submitted again meanwhile: begin anew
obstacle-open = { $count ->
    [one] One disagreement is left
   *[other] { $count } disagreements are left
}
obstacle-findings = { $count ->
    [one] One rule is broken: see the findings
   *[other] { $count } rules are broken: see the findings
}
obstacle-no-reason = It needs a reason

role-annotator = annotator
role-reviewer = reviewer
role-arbiter = arbiter
role-owner = owner
