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
agreement-undefined = – ({ $reason })
agreement-reason-empty = empty
agreement-reason-no-variation = no variation
agreement-reason-zero-denominator = zero denominator
agreement-reason-insufficient-support = insufficient support
agreement-reason-not-applicable = not applicable
agreement-reason-non-finite-input = non finite input

# Details of a pair: headings of charts, and what stands at the axes of the table.
agreement-shaky = Shaky intervals: { $names }
agreement-f1-by-class = Same objects found and named alike, by class
agreement-presence-by-class = Presence in the image, by class
agreement-confusion = Matched boxes by class of both
agreement-says = { $annotator } says
# The row and column for a box that the other one did not draw.
agreement-nothing = nothing
