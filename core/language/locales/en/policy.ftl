# The Policy screen: the next version, what was published, campaigns, and who may do what.

# What was attempted; stands in “… failed”.
policy-doing-next = Reading the next version
policy-doing-versions = Reading the versions
policy-doing-campaigns = Reading the campaigns
policy-doing-people = Reading who may do what
policy-doing-publish = Publishing
policy-doing-withdraw = Withdrawing the version
policy-doing-begin = Beginning the campaign
policy-doing-give = Giving roles

policy-heading = Policy
policy-busy = Working…
policy-reading = Reading…
policy-no-project = No project
policy-no-project-next = Open one on the start screen
# Below the heading, for somebody who may look but not decide; $owners are names.
policy-only-owners = { $me } may look but not decide here: only owners do, that is { $owners }

# The parts of the screen.
policy-tab-next = Next version
policy-tab-versions = Versions
policy-tab-campaigns = Campaigns
policy-tab-people = People

# The next version. The path of the folder follows.
policy-files = { $names } in
policy-file-missing = { $name } (not there)
policy-copy-path = Copy path
policy-copy-path-name = Copy the path of the project folder
policy-nothing-new = What stands in the files is in force: policy { $policy }, ontology { $ontology }
policy-nothing-new-next = To change a rule, edit the files, raise the version in each file that you change, and look again. A changed guideline is a new policy too.
policy-both-new = Policy { $policy } and ontology { $ontology } are new
policy-policy-new = Policy { $policy } is new; ontology { $ontology } is in force already
policy-ontology-new = Ontology { $ontology } is new; policy { $policy } is in force already
policy-ontology-given = ontology.toml was changed, but version { $version } was given already: raise it to { $least }
policy-policy-given = policy.toml or the guideline was changed, but version { $version } was given already: raise it to { $least } in policy.toml
policy-ontology-differences = Changes in the ontology
policy-policy-differences = Changes in the policy

# A line of a list of changes: what happened, then where, then the value.
policy-no-difference = Nothing differs
policy-added = added
policy-removed = removed
policy-changed = changed
policy-renamed = renamed
policy-reordered = reordered
# How many lines of a text came and went.
policy-lines = { $added ->
    [one] { $added } line added, { $removed } removed
   *[other] { $added } lines added, { $removed } removed
}
policy-more-lines = { $count ->
    [one] { $count } more line
   *[other] { $count } more lines
}

# What becomes of label sets: a table with a row for each annotator.
policy-touched = What becomes of label sets of other versions
policy-touched-none = No label set bears another version
policy-column-annotator = Annotator
policy-column-sets = Label sets
policy-column-sets-hint = Label sets made under another version
policy-column-hold = Hold
policy-column-hold-hint = They hold under the new version as they are, and keep the one that they were made under
policy-column-migrate = Migrate
policy-column-migrate-hint = The rules of migration.toml bring them to the new version
policy-column-back = Go back
policy-column-back-hint = They break the new version and go back to the annotator, first in the queue
policy-column-drafts = Drafts
policy-column-drafts-hint = Drafts that break the new version: they stay with the annotator, who sees what is to be mended
policy-column-settled = Settled
policy-column-settled-hint = On samples that somebody settled: they stay until those are reopened
policy-column-example = For example
policy-column-example-hint = The first label set that breaks the new version, and what breaks it
policy-example = { $sample }: { $breach }

# The window that asks before publishing.
policy-publish-heading = Publish?
policy-publish-both = Policy { $policy } and ontology { $ontology } come into force. Published versions are never changed.
policy-publish-policy = Policy { $policy } comes into force. Published versions are never changed.
policy-publish-ontology = Ontology { $ontology } comes into force. Published versions are never changed.
policy-publish-now = Publish
policy-publish-touched = { $count ->
    [one] { $count } label set bears another version:
   *[other] { $count } label sets bear another version:
}
policy-bring-along = Bring label sets along
policy-keep = Leave them as they are
policy-fate-migrated = { $count ->
    [one] { $count } is migrated by the rules of migration.toml
   *[other] { $count } are migrated by the rules of migration.toml
}
policy-fate-back = { $count ->
    [one] { $count } breaks the new version and goes back to its annotator
   *[other] { $count } break the new version and go back to their annotators
}
policy-fate-hold = { $count ->
    [one] { $count } holds as it is
   *[other] { $count } hold as they are
}
policy-fate-drafts = { $count ->
    [one] { $count } draft breaks the new version and stays with its annotator
   *[other] { $count } drafts break the new version and stay with their annotators
}
policy-fate-settled = { $count ->
    [one] { $count } is settled and stays until it is reopened
   *[other] { $count } are settled and stay until they are reopened
}
policy-fate-kept = { $count ->
    [one] It stays under the version that it was made under. Nothing is migrated, nothing goes back.
   *[other] All { $count } stay under the versions that they were made under. Nothing is migrated, nothing goes back.
}
policy-said-published = Published: policy { $policy }, ontology { $ontology }

# What was published: a table, then one version in detail.
policy-no-version = Nothing is published
policy-no-version-next = Write ontology.toml and policy.toml, then publish them under “Next version”
policy-column-version = Policy
policy-column-ontology = Ontology
policy-column-ontology-hint = The version of the ontology from then on
policy-column-when = Published (UTC)
policy-column-by = By
policy-column-bearing = Label sets
policy-column-bearing-hint = Label sets that bear these versions, drafts included
policy-column-state = State
policy-row = Policy { $policy }, ontology { $ontology }
policy-in-force = in force
policy-replaced = replaced
policy-withdrawn = withdrawn: { $reason }
policy-withdrawn-hint = Withdrawn by { $by }, { $when } UTC
policy-policy-before = Changes in the policy to the version before
policy-ontology-before = Changes in the ontology to the version before
# In place of these for a version that none comes before.
policy-policy-first = The first policy
policy-ontology-first = The first ontology
policy-withdraw = Withdraw…
policy-withdraw-hint = Nothing is submitted under it any more
policy-withdrawn-already = it is withdrawn already
policy-only-version = it is the only one left: publish another one first
# The window that asks why.
policy-withdraw-heading = Withdraw policy { $version }?
policy-withdraw-words = Nothing is submitted under it any more, and the newest of the others is in force. Label sets that bear it stay. This cannot be taken back.
policy-withdraw-why = What is wrong with it?
policy-withdraw-reason = Reason
policy-withdraw-needs-reason = say why
policy-withdraw-now = Withdraw
policy-said-withdrawn = Policy { $version } is withdrawn

# Campaigns: a table, then one in detail.
policy-campaign-words = Disputed samples are labelled again, to see whether a clearer rule makes people agree
policy-no-campaign = No campaign yet
policy-no-campaign-next = After a rule was made clearer, a campaign tells whether it helped
policy-column-campaign = Campaign
policy-column-progress = Done
policy-column-progress-hint = Label sets made again, of all that are to be
policy-column-samples = Samples
policy-column-samples-hint = Samples that two or more people labelled again; the figures rest on them
policy-column-change = Change
policy-column-change-hint = After minus before, with the interval over the same draws of samples
policy-column-reason = To be found out
policy-column-measure = Measure
policy-column-before = Before
policy-column-after = After
policy-column-meaning = Meaning
policy-no-change-figure = No interval is computed for this change
policy-done-of = { $done } of { $tasks }
policy-before-after = { $before } → { $after }
policy-campaign-begun = Begun by { $by }, { $when } UTC, under policy { $version }
policy-campaign-progress = { $tasks ->
    [one] { $done } of { $tasks } label set made again
   *[other] { $done } of { $tasks } label sets made again
}
policy-campaign-nothing-yet = There is nothing to compare until two people have labelled a sample again
policy-campaign-rests-on = { $count ->
    [one] Agreement on { $count } sample that two or more people labelled again
   *[other] Agreement on { $count } samples that two or more people labelled again
}
# The window for a new one.
policy-campaign-heading = New campaign
policy-campaign-hint = Samples on which people disagree are drawn, and those who submitted them label them again: from nothing, without suggestions, first in their queues. What they submitted before is kept.
policy-campaign-name = Name
policy-campaign-reason = To be found out
policy-campaign-reason-hint = Annotators read it
policy-campaign-among = Drawn among
policy-campaign-all = all disputed samples
policy-campaign-two = samples on which two classes are confused
policy-campaign-one-class = the ontology has no two classes
policy-campaign-first = First class
policy-campaign-second = Second class
policy-campaign-samples = Samples
policy-campaign-seed = Seed
policy-campaign-seed-hint = The draw follows from it and from the name
policy-campaign-needs-name = give it a name
policy-campaign-needs-reason = say what is to be found out
policy-campaign-needs-two = choose two classes
policy-campaign-begin = Begin
policy-said-began = { $count ->
    [one] { $name } began: { $count } label set is made again
   *[other] { $name } began: { $count } label sets are made again
}

# People and roles.
policy-annotator = Annotator
policy-annotator-hint = Labels samples
policy-reviewer = Reviewer
policy-reviewer-hint = Accepts, mends, sends back and rejects what one annotator submitted
policy-arbiter = Arbiter
policy-arbiter-hint = Settles what several people see differently; reopens, sends back and rejects
policy-owner = Owner
policy-owner-hint = Publishes and withdraws versions, imports, releases, begins campaigns, gives roles, and may do all the rest
policy-people-open = Nobody has a role: everybody may do everything, except judge their own work. Once an owner is named, only those with a role may decide anything.
policy-column-person = Person
policy-only-owner = the only owner: make somebody else an owner first
policy-only-role = the only role: to take it away, take the person out
# Names of boxes for those who do not see their place.
policy-role-of = { $person }: { $role }
policy-role-of-new = New person: { $role }
policy-take-out = Take out…
policy-take-out-name = Take { $person } out
policy-take-out-heading = Take { $person } out of the project?
policy-take-out-words = They may decide nothing in it any more. What they labelled and decided stays.
policy-take-out-now = Take out
policy-add-heading = Add a person
policy-person-hint = Name at the desk
policy-person-name = Name of the new person
policy-person-needs-name = give the name that they use at the desk
policy-person-known = this person is listed above
policy-person-first = the first person with a role must be an owner
policy-person-needs-role = tick a role
policy-add = Add
policy-add-name = Add the person
policy-without-role = Here, and without a role:
policy-without-role-hint = Take the name over
