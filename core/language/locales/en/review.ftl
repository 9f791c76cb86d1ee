# Reviewing and arbitrating: what keeps somebody from deciding, and the names of roles.

obstacle-settled = { $by } settled it: reopen it first
obstacle-not-settled = It is not settled, so there is nothing to reopen
obstacle-nothing = Nobody has submitted anything that counts
obstacle-own-work = Nobody judges their own work, and you labelled it
obstacle-own-draft = You have labels of your own on it, submitted or not
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

# The Review screen: the list of samples.
review-list = To review
review-waiting = { $count ->
    [one] One sample waits
   *[other] { $count } samples wait
}
review-listing = Listing…
review-list-empty-hint = Nothing waits for a second person
# How much two people agree at least.
review-f1 = F1 { $f1 }
# Stages of a sample, on a chip.
review-stage-label = label
review-stage-review = review
review-stage-arbitrate = arbitrate
review-stage-gold = gold
# The canvas without a sample.
review-nothing-waits = Nothing to review
review-nothing-waits-hint = Samples come here when people have submitted them and the policy wants a second look, or they disagree
# Kinds of disagreement; in a list of counts the last two stand for all attributes and tags.
review-kind-missing = missing
review-kind-class = class
review-kind-subclass = sub-class
review-kind-extra = extra
review-kind-geometry = geometry
review-kind-attribute = attribute { $name }
review-kind-tag = tag { $tag }
review-kind-attributes = attribute
review-kind-tags = tag

# Above the canvas.
review-still-loads = Loading what was submitted…
review-of = Review of { $name }
review-between = Between { $names }
review-outdated = Somebody submitted again meanwhile
review-reopened = Reopened: { $reason }
review-returned = { $by } returned the labels of { $of }: { $reason }
review-show-hint = Show these labels
review-result = Result
review-result-hint = What is made of it: agreed objects, and those that verdicts gave
review-mode-overlay = Overlay
review-mode-flicker = Flicker
review-mode-side-by-side = Side by side
# Choices of the two people who are compared. Names for screen readers.
review-first = First of two
review-second = Second of two
review-second-canvas = Second canvas
# Over a canvas: whose labels it shows. Name for screen readers.
review-shown = Shown: { $letter } { $name }
review-accept = Accept and next
review-settle = Settle and next
review-send-back = Send back…
# How far one is.
review-decided = { $done } of { $count } decided
review-mending = being mended
review-not-begun = not begun

# The disagreements.
review-disagreements = Disagreements
review-disagreements-count = Disagreements ({ $count })
review-agreed = { $count } agreed · F1 { $f1 }
review-no-disagreement = Everybody says the same
# What a screen reader says of a disagreement, with commas between.
review-has-it = { $names } with it
review-has-not = { $names } without
review-overlap = overlap { $overlap }
review-open = open
# Verdicts that were given.
review-took = took { $of }
review-took-all = took all
review-took-neither = took none
review-took-mixed = { $geometry }’s place, { $class }’s class
review-took-fused = fused
review-took-by-hand = by hand
# The table of what people say about it.
review-class = class
review-size = size
review-size-of = { $kind } { $width } × { $height }
review-differs = They do not say the same
# Buttons.
review-button-a = A
review-button-b = B
review-button-take = { $letter }
review-take-name = Take { $name }
review-button-both = Both
review-button-all = All
review-button-neither = Neither
review-button-fused = Fuse
review-button-place-a = Place A, rest B
review-button-place-b = Place B, rest A
review-button-by-hand = As drawn
review-edit = Edit
review-take-back = Take back
# Opens a menu; $kind is a kind of disagreement.
review-rest = Rest of: { $kind }…
# A single label set.
review-single = { $count ->
    [one] { $name } drew one object
   *[other] { $name } drew { $count } objects
}
review-single-hint = Accept it as it is, mend it (any tool begins that) and accept it then, send it back, or reject it
review-mend = Mend

# Windows.
review-reason = Reason
review-reason-hint = Why?
review-needs-reason = Write why first
review-send-back-heading = Send back
review-send-back-hint = It goes to the top of the annotator’s queue, with this reason
review-send-back-comments = These comments go with it:
review-send-back-no-comments = No open comment of yours is pinned to this sample. Pin one first to show the place
review-send-back-now = Send back
review-reject-heading = Reject
review-reject-hint = The label set counts for nothing, and somebody else is to label the sample
review-reject-now = Reject
review-reopen-heading = Reopen
review-reopen-hint = The sample is open again, and its labels can be changed
review-reopen-now = Reopen

# Messages.
review-say-sent-back = Sent back to { $of }
review-say-rejected = The labels of { $of } were rejected
review-say-done = Nothing else waits for you
review-say-tag = A tag is no object: give a verdict on it
review-doing-list = Listing what waits
review-doing-dispute = Loading what is disputed
review-doing-decide = Deciding
