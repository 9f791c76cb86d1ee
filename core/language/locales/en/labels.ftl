# What is said of labels and of the queue by the parts below the window.

# Why a sample stands where it stands in the queue.

queue-uncertainty = uncertainty { $bits } bit, among the most uncertain { $top } %
queue-uncertainty-plain = uncertainty { $value } of 1, among the most uncertain { $top } %
queue-opinions = { $count } opinions of the model disagree by { $value } of 1, among the most uncertain { $top } %
queue-information = { $count } opinions of the model differ by { $nats } nat, among the most uncertain { $top } %
queue-unseen = no model has seen it
queue-slice = slice { $name } × { $weight }
queue-slice-short = slice { $name } × { $weight } ({ $why })
queue-recall = its recall is at least { $low } only, the target is { $target }
queue-waiting = { $days ->
    [one] waiting one day × { $factor }
   *[other] waiting { $days } days × { $factor }
}
queue-disagreement = the models differ here, among the strongest { $top } %
queue-rarity = unsure about rare classes, among the strongest { $top } %
# How far its embedding is from what is labelled or picked before, 0 to 2.
queue-diversity = unlike what is labelled, at a distance of { $distance }
queue-random = drawn at random, to know without bias how good the model is
queue-blank = drawn because the model sees nothing here
# As somebody wrote it who put the sample forward.
queue-boost = { $reason }
queue-campaign = campaign { $name }: { $reason }
queue-sent-back = sent back by { $by }: { $reason }

# Why a tool does not do what was asked for.

refusal-locked = The object is locked
refusal-nothing-selected = Select what this should act on
refusal-no-area = That would have no area
refusal-leaves-image = Nothing of it would be left in the image
refusal-ring-too-short = A polygon takes three points or more
refusal-line-too-short = A line takes two points or more
refusal-too-few-extremes = A box by extreme points takes four clicks
refusal-no-point = At least one point must have a place
refusal-last-vertices = A polygon keeps three points, a line two
refusal-nothing-to-erase = Select the one object to erase from
refusal-not-a-region = The brush works on objects that cover an area
refusal-does-not-cross = The line must go all the way across the object
refusal-crosses-several = The line crosses several objects; select those to cut
refusal-too-few-to-join = Select two or more objects that cover an area to join them
refusal-cannot-convert = The selection cannot be turned into that kind
refusal-no-region-of-class = The class takes neither masks nor polygons
refusal-nothing-pointed-at = Nothing is pointed at yet: click on the thing or draw a box around it
refusal-not-answered-yet = The model has not answered yet
refusal-nothing-found = The model found nothing there

# What a step of the history did.

change-add = add { $class }
change-delete = delete { $class }
change-class = change { $before } to { $after }
change-kind = make { $class } a { $kind }
change-shape = move or reshape { $class }
change-group = group { $class }
change-attributes = change attributes of { $class }
change-order = change the drawing order
change-tag = tag the image { $tag }
change-untag = take tag { $tag } off
change-relate = tie objects: { $kind }
change-unrelate = untie objects: { $kind }
change-confirm-empty = confirm that nothing is here
change-unconfirm-empty = take back that nothing is here
change-reject = reject suggestion
change-reject-as = reject suggestion: { $reason }
reject-spurious = nothing there
reject-wrong-class = wrong class
reject-poor-box = poor box
reject-duplicate = duplicate
change-unreject = take back a rejection
change-take-up = { $count ->
    [one] look at the label set of another
   *[other] look at { $count } label sets
}
change-put-down = put down what was being judged
change-judge = decide on a disagreement
change-judge-several = decide on { $count } disagreements
change-unjudge = take back a verdict
change-more = { $first } and { $count } more
change-nothing = nothing

# Several names in a sentence.

list-or = { $some } or { $next }
list-and = { $some } and { $next }
list-none = nothing

# Buttons that mend a finding.

fix-delete = Delete the object
fix-delete-duplicate = Remove the duplicate
fix-clip = Clip to the image
fix-clear-subclass = Remove the sub-class
fix-unset = Remove { $name }
fix-set = Set { $name } to { $value }
fix-remove-relation = Remove the relation
fix-turn-relation = Turn the relation round
fix-confirm-empty = Confirm that nothing is here
fix-unconfirm-empty = Take the confirmation back
fix-remove-tag = Remove the tag { $name }

# What breaks the ontology or the policy.

finding-unknown-relation = the ontology has no relation "{ $kind }"
finding-relation-nothing = { $kind } ties an object that is not there
finding-relation-itself = { $kind } ties this { $class } to itself
finding-relation-classes = { $kind } cannot lead from a { $from } to a { $to }
finding-unknown-tag = the ontology has no tag "{ $name }"
finding-tag-conflict = an image has one tag of { $group }, not both { $tags }
finding-missing-tag = the image needs a tag of { $group }: { $choice }
finding-empty-not-confirmed = nothing is labelled: confirm that nothing is here
finding-not-empty = it is confirmed that nothing is here, but there are objects
finding-unknown-class = the ontology has no class "{ $class }"
finding-unknown-subclass = { $class } has no sub-class "{ $subclass }"
finding-missing-subclass = this { $class } needs a sub-class: { $choice }
finding-unknown-attribute = { $class } has no attribute "{ $name }"
finding-hidden-attribute = this { $class } has a value for { $name }, which does not concern it
finding-missing-attribute = this { $class } needs a value for { $name }
finding-self-crossing = the outline of this { $class } crosses itself
finding-too-many-points = this { $class } has { $count } points; the policy allows { $most }
finding-too-small = this { $class } is { $width } × { $height } px; the policy asks for { $least } px a side at least
finding-area-too-small = this { $class } covers { $area } px²; the policy asks for { $least } px² at least
finding-wrong-mask-size = the mask of this { $class } is made for an image of { $width } × { $height } px
finding-outside-image = this { $class } leaves the image ({ $width } × { $height } px)
finding-edge-not-truncated = this { $class } touches the edge of the image: is it truncated?
finding-duplicate = this { $class } covers another one to { $overlap } %: labelled twice?
finding-too-many-of-class = this is { $class } number { $number }; the policy allows { $most } on an image
finding-too-many = this is object number { $number }; the policy allows { $most } on an image
finding-excluded = { $class } and { $other } cannot be on one image
finding-wrong-value = { $name } cannot be "{ $value }"
finding-wrong-number = { $name } cannot be "{ $value }": it is a number, { $limits }
finding-no-length = this { $class } has no length
finding-no-area = this { $class } has no area
finding-wrong-shape = this { $class } is drawn as { $kind }, not as { $allowed }
finding-wrong-point-count = this { $class } has { $count } points; { $skeleton } has { $needed }
name = { $name }

# The limits of a number.

range-between = { $min } to { $max }
range-from = { $min } or more
range-up-to = { $max } or less
range-any = any number
range-steps = { $limits } in steps of { $step }

# Kinds of geometry, in the middle of a sentence.

kind-box = box
kind-rotated-box = rotated box
kind-polygon = polygon
kind-polyline = polyline
kind-mask = mask
kind-ellipse = ellipse
kind-points = points

# The values of an attribute that is a flag.

flag-yes = yes
flag-no = no
