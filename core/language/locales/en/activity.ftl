# The Activity screen: who did what, how long it took, and what it cost.

# What was attempted; stands in “… failed”.
activity-computing = Counting what was done
activity-reading = Reading the log
activity-heading = Activity
activity-no-project = No project
activity-no-project-next = Open one on the start screen
activity-busy = Counting…
activity-tab-work = Work and cost
activity-tab-history = History
# Which span of time is looked at.
activity-period = Period
activity-period-all = All time
activity-period-month = Last 30 days
activity-period-week = Last 7 days
activity-period-day = Last 24 hours

# The headline: big numbers with what stands below them.
activity-effective = Effective labels
activity-effective-rest = { $samples ->
    [one] on { $samples } sample of gold
   *[other] on { $samples } samples of gold
}
activity-from-files = { $count } more on samples that nobody worked on
activity-each = Work each
activity-each-seconds = { $seconds } s
activity-each-rest = labelling and judging
activity-cost-each = Cost each
activity-cost-rest = { $total } in all
activity-cost-accepted = { $each } for an accepted object
activity-no-rate-hint = Write [cost] with currency and per_hour into concord.toml
activity-again = Done again
activity-again-rest = of { $count } submissions
activity-again-hint = { $back } sent back, { $rejected } turned down, { $broke } broke a new version, { $opened } opened again
activity-age = To gold
activity-age-rest = 95 % within { $hours }
activity-age-hint = Median time from the import of a sample until it was settled
activity-hours = { $hours } h
activity-days = { $days } d
activity-meaning = An effective label is an object of gold: accepted after review and arbitration where these were asked for, and counted once however many people labelled it. Working time is what was noted in the window.

# The table of people.
activity-column-person = Person
activity-all = All
activity-column-sets = Label sets
activity-column-labelling = Labelling
activity-column-labelling-hint = Hours of labelling, and of waiting for the machine beside them
activity-column-judging = Judging
activity-column-judging-hint = Hours of review and arbitration, and the samples settled
activity-column-pace = A label set
activity-column-pace-hint = Median working time, and within what 90 % were made
activity-column-object = An object
activity-column-object-hint = Median working time for an object
activity-column-rate = Accepted an hour
activity-column-rate-hint = Objects that gold has with their class, an hour of labelling on settled samples
activity-column-unchanged = Unchanged
activity-column-unchanged-hint = Objects that gold has as they were drawn, of all on settled samples
activity-column-cost = Cost
activity-waited = { $hours } waited
activity-settled = { $count } settled
activity-imported = { $count } from files
activity-p90 = 90 % in { $seconds } s
activity-changes = { $class } renamed, { $removed } removed, { $added } added
activity-nobody = Nothing was done yet
activity-nobody-next = What people submit and judge is counted here

# The history.
activity-filter-person = Person
activity-filter-everybody = Everybody
activity-filter-sample = This sample only: { $path }
activity-filter-routine = Every gesture, time and lease
activity-earlier = Earlier
activity-history-none = Nothing of the kind was logged
activity-undone = taken back
activity-open-sample = Label { $path }
activity-open-sample-hint = Show { $path } on the Label screen

# What a decision says; who, when and about which sample stands beside it.
decision-project = made the project { $name }
decision-samples = { $count ->
    [one] added { $count } sample from { $source }
   *[other] added { $count } samples from { $source }
}
decision-run = ran { $model } over { $count ->
    [one] { $count } sample
   *[other] { $count } samples
}
decision-model = registered the model { $name }
decision-calibrated = calibrated a model
decision-uncalibrated = took a calibration back
decision-measured = measured the speed of a model
decision-retired = put a model out of use
decision-unretired = put a model back into use
decision-ontology = published version { $version } of the ontology
decision-policy = published version { $version } of the policy
decision-withdrawn = withdrew version { $version } of the policy: { $reason }
decision-campaign = { $count ->
    [one] began the campaign { $name }: { $count } label set is made again
   *[other] began the campaign { $name }: { $count } label sets are made again
}
decision-roles = gave { $person } the roles { $roles }
decision-no-roles = took { $person } out of the project
decision-release = { $count ->
    [one] made the release { $name } of { $count } sample
   *[other] made the release { $name } of { $count } samples
}
decision-boost = { $count ->
    [one] moved { $count } sample up the queue: { $reason }
   *[other] moved { $count } samples up the queue: { $reason }
}
decision-submitted = submitted revision { $revision }
decision-imported = labels of { $annotator } read from { $source }
decision-migrated = brought the labels of { $annotator } to version { $version }
decision-invalidated = the labels of { $annotator } went back: { $reason }
decision-quarantined = { $count ->
    [one] { $count } object from { $source } was put aside
   *[other] { $count } objects from { $source } were put aside
}
decision-skipped = skipped: { $reason }
decision-sent-back = sent the labels of { $annotator } back: { $reason }
decision-rejected = turned the labels of { $annotator } down: { $reason }
decision-accepted = accepted the labels of { $annotator } as gold
decision-settled = { $count ->
    [one] settled it as gold, from one label set
   *[other] settled it as gold, from { $count } label sets
}
decision-reopened = opened it again: { $reason }
decision-comment = commented: { $text }
decision-comment-settled = settled a comment
decision-comment-opened = opened a comment again
decision-worked = worked for { $seconds } s
decision-judged-for = judged for { $seconds } s
decision-leased = took it to work on
decision-released = gave it back
decision-snoozed = put it off
