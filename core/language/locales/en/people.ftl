# The Agreement screen, further tabs: how each annotator labels, what sways them, and whether labels drift.

agreement-tab-people = People
agreement-tab-anchoring = Anchoring
agreement-tab-label-drift = Drift of labels

# How each annotator labels.
people-nobody = Nobody to tell of yet
people-only-owner = An owner sees the figures of all, everybody else their own
people-hidden = { $count ->
    [one] The figures of { $count } more person are shown to an owner.
   *[other] The figures of { $count } more people are shown to an owner.
}
people-method = Held against gold: { $decided } samples that somebody settled and { $voted } that two or more people say alike. { $alone } samples that are settled by one person alone are left out.
# Headings of the table; names of figures are the same in every language. Each with its meaning as a hover.
people-column-person = Person
people-column-sets = Label sets
people-objects = { $count ->
    [one] { $count } object
   *[other] { $count } objects
}
people-f1-cls = Objects of gold that the person found and named alike
people-mean-iou = Mean overlap with gold of what both have
people-kappa-cls = Cohen's κ of the classes of what both have
people-column-accuracy = Accuracy
people-accuracy = Probability of the right class for a thing, estimated from what all say (Dawid and Skene 1979)
people-column-known = Known answers
people-known = Tasks whose answer was known; the rate with its 95 % interval
people-known-none = none was given
people-known-fine = fine
people-known-doubtful = doubtful
people-known-too-low = too low
people-known-passed = { $passed } of { $tasks }
people-column-trend = Trend
people-trend = f1_cls of the later half of the label sets minus that of the earlier half
people-column-time = Time
people-time = Median working time of a label set
people-time-none = no time was noted
people-time-p90 = 90 % within { $seconds } s
people-column-unchanged = Suggestions kept
people-unchanged = Suggestions that were accepted and left as they were, of all that were answered
# One person in detail.
people-suggestions = Suggestions: { $unchanged } accepted as they were, { $edited } accepted and altered, { $rejected } turned down.
people-slips = Against gold: { $slips }.
people-slip = { $said } for { $truth } ({ $count })
people-against-gold = Counted against gold
people-against-gold-hint = How often each class of gold was given which class
people-against-others = Estimated from all
people-against-others-hint = The probability of each answer given the true class, from what all say of the same things
people-no-gold = No sample of this person is settled by others too.
people-no-others = Nobody else labelled the same samples.
people-confusion-gold = What the person says for what gold has
people-confusion-others = Probability of each answer given the true class
people-axis-gold = Gold has
people-axis-truth = True class
people-few-cells = Cells of fewer than { $least } are hatched, not coloured.
people-estimate = After Dawid and Skene (1979), with two right answers and half a wrong one of each kind counted beside what was said.
people-course = Agreement with gold over time
people-pace = Working time over time
people-seconds = Seconds

# How far suggestions pull people. Empty states, each with what to do next.
anchoring-no-run = No suggestions yet
anchoring-no-run-next = Register a model and run it: what it finds is suggested
anchoring-no-blank = Nothing to compare with
anchoring-no-blank-next = Set without_suggestions in [assignment] of policy.toml, such as 0.1, and publish it: then a tenth of the samples is labelled without suggestions
anchoring-nobody = Nobody to compare yet
anchoring-nobody-next = Once somebody labelled samples both with and without suggestions, the two are compared
anchoring-compared = { $people ->
    [one] { $assisted } label sets with and { $blank } without suggestions, of one person who made both.
   *[other] { $assisted } label sets with and { $blank } without suggestions, of { $people } people who made both.
}
anchoring-method = Which samples go without is drawn, so that the two differ by chance alone. Suggestions of { $model } from a score of { $score } on; an object is where a suggestion is from an overlap of { $iou } on. Everybody is compared with themselves; intervals are over draws of samples.
anchoring-left-out = Label sets left out: { $reasons }.
anchoring-left-imported = { $count } read from files
anchoring-left-before-run = { $count } submitted before the run was there
anchoring-left-without-run = { $count } on samples that the run has not looked at
anchoring-left-campaign = { $count } made anew in a campaign
anchoring-left-contaminated = { $count } drawn to be without suggestions, and yet with an answer to one
anchoring-left-one-kind = { $count } of people who made one kind only
# What is measured, each with its meaning.
anchoring-class = Class as suggested
anchoring-class-hint = Of the objects where there is a suggestion, the share that bears its class
anchoring-overlap = Overlap with the suggestion
anchoring-overlap-hint = Mean overlap of objects with the suggestion where they are
anchoring-taken = Suggestions with an object
anchoring-taken-hint = Of the suggestions, the share where there is an object
anchoring-beyond = Objects beyond the suggestions
anchoring-beyond-hint = Of the objects, the share where nothing was suggested
anchoring-wrong = Wrong suggestions taken over
anchoring-wrong-hint = Of the suggestions that gold does not bear out, the share where there is an object of their class
anchoring-gold = f1_cls with gold
anchoring-gold-hint = Objects of gold found and named alike, over all of both
anchoring-column-measure = Measure
anchoring-column-with = With
anchoring-column-with-hint = On samples labelled with suggestions
anchoring-column-without = Without
anchoring-column-without-hint = On samples labelled without; the suggestions were computed and not shown
anchoring-column-difference = Difference
anchoring-column-difference-hint = With minus without, within the same people
anchoring-shown = more than chance
anchoring-not-shown = within chance
anchoring-shaky = shaky interval
anchoring-few-hint = Fewer than 30 label sets with or without
anchoring-title = With minus without suggestions
anchoring-axis = Difference
# The line at 0 of the chart.
anchoring-none = no pull
anchoring-no-time = No working time was noted of both kinds.
anchoring-time = Median { $with } s with and { $without } s without suggestions.
anchoring-saved = { $share } of the time is saved
anchoring-person = { $name }: { $with } with, { $without } without

# Whether labels drift, or images do.
label-drift-method = Each month is held against { $baseline }. More than PSI { $psi } and more than chance counts as moved; a month needs { $least } images for a verdict.
label-drift-model = Beside the features of the images stands what { $model }, which does not change, says of them from a score of { $score } on.
label-drift-no-model = No model has looked at the images: their features alone speak for them.
label-drift-column-sets = Label sets
label-drift-images = { $count ->
    [one] { $count } image
   *[other] { $count } images
}
label-drift-column-verdict = Verdict
label-drift-column-labels = Classes, PSI
label-drift-column-labels-hint = How far the classes that people gave are from those of the first month
label-drift-column-model = Model, PSI
label-drift-column-model-hint = How far the classes that the model gives the same images are
label-drift-column-features = Features
label-drift-column-features-hint = Features of the images that moved
label-drift-column-classes = Most frequent
label-drift-line-features = Features, largest PSI
label-drift-chance = by chance up to { $psi }
label-drift-no-feature = none moved
label-drift-baseline = the baseline
label-drift-too-few = fewer than { $least } images
label-drift-stable = stable
label-drift-labels = labels drifted, images did not
label-drift-inputs = images moved, labels did not
label-drift-both = labels moved with the images
label-drift-title = How far each month is from the first
