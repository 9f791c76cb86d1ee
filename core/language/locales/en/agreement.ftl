# The Agreement screen: whether the labels of several people can be trusted.

# What was attempted; stands in “… failed”.
agreement-computing = Computing the agreement

agreement-heading = Agreement
# Beside the heading, while the figures are computed.
agreement-busy = Computing…
# What an empty screen says, each with what to do next.
agreement-no-project = No project
agreement-no-project-next = Open one on the start screen
agreement-no-pair = No pair to compare yet
agreement-nobody-next = Nobody has submitted labels yet: submit label sets on the Label screen, or import them
agreement-one-person-next = Only one person has submitted labels: let a second one label some of the same samples
agreement-nothing-shared-next = No sample was submitted by two people: let them label some of the same samples
agreement-not-computed = Not computed yet
agreement-not-computed-next = The figures come as soon as they are there

# Table of pairs: headings of its columns; the others bear the names of figures, whose meaning is the hover.
agreement-column-pair = Pair
agreement-column-images = Images
agreement-column-policy = Policy
agreement-f1-loc = Were the same objects found? Class is not looked at
agreement-f1-cls = Were the same objects found and named alike? The headline
agreement-kappa-cls = Cohen's κ of the classes of matched boxes
agreement-mean-iou = Mean overlap of matched boxes
agreement-kappa-det = Cohen's κ with the background as a class; pessimistic
agreement-kappa-presence = Mean κ of “this image holds the class”
# A row, and the heading of its details.
agreement-pair = { $a } and { $b }
agreement-unpaired = { $count ->
    [one] { $count } pair has no sample in common
   *[other] { $count } pairs have no sample in common
}
# Whether a pair reaches the agreement that the policy asks for.
agreement-policy-reached = at least { $required }
agreement-policy-missed = below { $required }
agreement-policy-unknown = cannot be told
agreement-policy-none = asks for none
# A figure that has no value, with the reason.
agreement-undefined = not defined
agreement-reason-empty = nothing to compare
agreement-reason-no-variation = only one value occurs
agreement-reason-zero-denominator = nothing to divide by
agreement-reason-insufficient-support = rests on too few
agreement-reason-not-applicable = has no meaning here
agreement-reason-non-finite-input = a value is no finite number

# Details of a pair: headings of charts, and what stands at the axes of the table.
agreement-shaky-of = { $figure } of { $class }
agreement-shaky = Shaky intervals: { $names }
agreement-f1-by-class = Same objects found and named alike, by class
agreement-presence-by-class = Presence in the image, by class
agreement-confusion = Matched boxes by class of both
agreement-says = { $annotator } says
# The row and column for a box that the other one did not draw.
agreement-nothing = nothing

# The parts of the screen.
agreement-tab-pairs = Pairs
agreement-tab-together = All together
agreement-tab-slices = Slices
agreement-tab-policies = Policy versions
agreement-tab-months = Over time
agreement-tab-attributes = Attributes and tags
agreement-tab-threshold = Threshold

# What was held against what, and how: whole sentences, one after the other.
agreement-method-matching = Objects are matched one to one with the largest total overlap, those of one class first, from an overlap of { $iou } on; regions by what they cover, key points by their similarity.
agreement-method-samples = { $count ->
    [one] { $count } sample with two or more label sets.
   *[other] { $count } samples with two or more label sets.
}
agreement-method-samples-under = { $count ->
    [one] { $count } sample with two or more label sets: { $versions }.
   *[other] { $count } samples with two or more label sets: { $versions }.
}
agreement-method-version = { $count ->
    [one] { $count } set under policy version { $version }
   *[other] { $count } sets under policy version { $version }
}
agreement-method-reference = Left out: { $name }, the reference of validations.
agreement-method-known = { $count ->
    [one] Left out: { $count } answer to a task whose answer was known.
   *[other] Left out: { $count } answers to tasks whose answer was known.
}
agreement-method-intervals = Intervals: { $level } %, { $draws } draws of samples, seed { $seed }.
agreement-method-no-intervals = Without intervals.

# More figures of a pair, as hovers.
agreement-ac1 = Gwet's AC1 of the classes of matched objects; not thrown off by one frequent class
agreement-pabak = κ as if all classes were equally frequent
# Marks beside a row, with their hovers, and the same as sentences.
agreement-few = rests on few
agreement-few-name = { $name } · few
agreement-few-hint = Fewer than 30 samples or 50 objects
agreement-few-sentence = This rests on few: fewer than 30 samples or 50 objects. It is not judged by colour.
agreement-paradox = κ paradox
agreement-paradox-hint = One class is so frequent that κ is low although they mostly agree: look at pabak and ac1
agreement-paradox-sentence = One class is so frequent that κ is low although they mostly agree: look at pabak and ac1 too.
agreement-policy-gate = policy ≥ { $required }

# The table of what two annotators mix up.
agreement-cell-share = { $row } % of the row, { $column } % of the column
agreement-cells-hint = Cells of fewer than { $least } are hatched, not coloured. Choose a cell to see its samples.
# The samples behind a number.
agreement-behind = Samples behind a number
agreement-behind-none = Choose a cell of a table, or a row
agreement-behind-cell = { $a }: { $row }, { $b }: { $column }
agreement-behind-group = { $name }: where most differs
agreement-behind-count = { $count ->
    [one] { $count } sample
   *[other] { $count } samples
}
agreement-behind-most = The first { $count } samples
agreement-behind-objects = { $count ->
    [one] { $count } object
   *[other] { $count } objects
}
agreement-behind-differing = { $count ->
    [0] nothing differs
    [one] { $count } differs
   *[other] { $count } differ
}
# The name of a row for those who do not see it, and its hover.
agreement-open-sample = Label { $path } { $words }
agreement-open-sample-hint = Show { $path } on the Label screen

# All annotators together.
agreement-together-units = { $annotators ->
    [one] { $annotators } annotator.
   *[other] All { $annotators } annotators. Things that somebody drew, put together by overlap: { $units }.
}
agreement-together-title = Agreement of all annotators
agreement-coefficient-axis = Coefficient (1 is full agreement)
agreement-alpha-det = Krippendorff's α of class or nothing, over all things
agreement-alpha-cls = Krippendorff's α of the class, over things that two or more found
agreement-together-ac1 = Gwet's AC1 of class or nothing, over all things
agreement-fleiss = Fleiss' κ of class or nothing, over things on samples that all saw
agreement-column-measure = Measure
agreement-column-value = Value
agreement-column-dropped = Left out
agreement-column-dropped-hint = Things that too few people could have seen
agreement-column-meaning = Meaning

# All pairs pooled, in parts.
agreement-pooled = All pairs of annotators pooled. A row lists the samples where most differs.
agreement-no-group = Nothing to tell apart
agreement-no-group-next = No slice of the project holds a sample that two annotators submitted: write slices into slices.toml
agreement-column-slice = Slice
agreement-column-version = Policy version
agreement-column-month = Month
agreement-column-sets = Sets
agreement-column-sets-hint = Pairs of label sets
agreement-column-remark = Remark
agreement-group-hint = List the samples where most differs
agreement-drawn = Drawn:
agreement-by-group = { $group }: { $measure }, all pairs pooled
agreement-over-time = { $measure } over time, all pairs pooled
agreement-month-axis = Month in which the later of the two submitted (UTC)

# Attributes of objects and tags of images.
agreement-no-attribute = No attributes and no tags
agreement-no-attribute-next = Neither of the two gave an attribute or a tag to what both labelled
agreement-attributes-words = Attributes of objects that both found and gave one class
agreement-tags-words = Tags of images that both submitted
agreement-choose-aspect = Choose an attribute or a tag to see its table
agreement-aspect-hint = Show its table
agreement-column-attribute = Attribute
agreement-column-tag = Tag
agreement-column-coefficient = Coefficient
agreement-column-equal = Equal
agreement-column-equal-hint = Share of objects that both gave the same value
agreement-column-only = Only { $annotator } set it
agreement-by-kappa = Cohen's κ
agreement-by-kappa-hint = Cohen's κ with “not set” as a value of its own
agreement-by-quadratic = weighted κ
agreement-by-quadratic-hint = Quadratically weighted κ on the declared scale; “not set” disagrees with every step
agreement-by-linear = linear { $value }
agreement-by-linear-hint = Weighted κ that counts a difference of two steps as twice one of one step
agreement-by-alpha = Krippendorff's α
agreement-by-alpha-hint = Krippendorff's α for numbers, where both set one
agreement-by-match = equal texts
agreement-by-match-hint = Share of equal texts, whatever their case
agreement-tag-kappa = Cohen's κ of whether an image has the tag
agreement-no-table = Numbers and texts have no table
agreement-values-of = { $name } by both
agreement-not-set = not set
agreement-given = given
agreement-not-given = not given

# What other thresholds would give.
agreement-threshold-words = From which overlap on two objects are taken as one is a choice. The policy's is { $iou }; so much would the figures change.
agreement-threshold-title = Agreement at other thresholds of overlap, all pairs pooled
agreement-threshold-axis = Overlap from which on two objects are one (IoU)
agreement-threshold-mark = policy { $iou }
agreement-column-threshold = Overlap from

# The tab of what people confuse.
agreement-tab-ambiguous = Confused
agreement-confused-words = What people call by two names, with the working time that settling it took or will take. What stands at the top deserves a sentence and an example in the policy.
agreement-confused-each = One disagreement took { $time }, the median of { $count ->
    [one] one that was settled
   *[other] { $count } that were settled
}; those that are open count with it.
agreement-confused-unjudged = No time of judging is noted on a settled sample yet, so that the cost is not known: the order follows how often it happens.
# Kinds of what is confused, with how many there are.
agreement-confused-classes = Classes ({ $count })
agreement-confused-values = Attribute values ({ $count })
agreement-confused-nothing = There or not ({ $count })
agreement-confused-none = Nothing of this kind is confused
agreement-confused-none-next = All pairs of people say the same
# What is confused. Names of classes, values and attributes are put in.
agreement-confused-pair = { $a } / { $b }
agreement-confused-value = { $class }, { $attribute }: { $a } / { $b }
agreement-confused-gone = { $class } / nothing
agreement-confused-more = and { $count } more, in the report of the command line
agreement-column-confused = What
agreement-column-count = Times
agreement-column-count-hint = Over all pairs of people; in brackets those on samples that are not settled
agreement-column-share = Share
agreement-column-share-hint = Of the objects of which it could be said
agreement-column-people = People
agreement-column-time = Time
agreement-column-time-hint = Working time that settling it took or will take
agreement-column-money = Cost
agreement-counted = { $count } ({ $open } open)
agreement-minutes = { $minutes } min
agreement-hours = { $hours } h
agreement-money = { $money } { $currency }
