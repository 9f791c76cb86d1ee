# The Label screen.

label-no-project = No project
# Under "No project".
label-no-project-hint = Open one on the start screen

# The canvas. Name for screen readers.
label-canvas = Image canvas
label-ranking = Ranking the queue…
label-ranking-hint = The first sample comes up by itself
label-no-samples = No samples
label-no-samples-hint = Add images to the project: concord import, or make a project from a folder
label-all-done = All done
label-all-done-hint = There is no sample in your queue that you have not submitted or skipped
# Button.
label-show-all-samples = Show all samples
# Button under a failure.
label-try-again = Try again
# Heading that can be opened, under a failure.
label-details = Details
label-reading-image = Reading the image…
# The point of a skeleton that has no name, and one that is set though it cannot be seen.
label-point = point
label-point-occluded = { $name } (occluded)
label-point-number = point { $number }

# The bar under the tools, for a mode of work.
label-quick-class = Quick class: { $class }
label-quick-class-take-tool = take a drawing tool; every gesture draws this class
label-quick-class-draws = every gesture draws this class; a class key takes another
# Button that leaves the mode.
label-end = End
label-attribute-mode = Attribute: { $attribute }
label-object-of = object { $place } of { $count }

# Buttons above the canvas.
label-fit = Fit
label-submit = Submit and next
label-skip = Skip…
label-extreme-points = Extreme points
label-accept-all = Accept all

# Sliders and choices above the canvas.
label-brush-size = Brush size
label-brush-size-hint = Ctrl+wheel changes it too
label-threshold = Suggestion threshold
label-threshold-hint = Lowest score of a suggestion shown
# Suggestions that reach the threshold, of all.
label-suggestions-shown = { $shown } of { $count }
# The layers of suggestions: one for each model, with the first digits of its file's SHA-256.
label-layers = Layers: { $shown } of { $count } suggestions are shown
label-layers-hint = Whose suggestions are shown
label-layer-version = { $model } { $version }, { $count } here
label-layer-imported = imported
label-layer-views = { $count } views
label-layer-passes = { $count } passes
label-layer-ensemble = { $count } models
label-layer-run = Run { $run } with { $engine }
label-hide-matched = Hide what is labelled already ({ $count })
label-hide-matched-hint = Suggestions that overlap an object of their class by half or more
label-reject = Reject
# The focused suggestion, beside the canvas.
label-suggestion = Suggestion
label-suggestion-uncertainty = uncertainty { $bits } bit
label-suggestion-agreement = seen by { $presence } % of { $count }, overlap { $overlap }, uncertainty { $value } of 1
label-suggestion-information = mutual information { $nats } nat
label-suggestion-place = place uncertain by { $share } %
label-suggestion-spread = sides ± { $pixels } px
label-accept = Accept
# Over the canvas.
label-saliency-unavailable = No saliency: { $why }
label-saliency-computing = { $method }: computing…
# A growing map, beside the button: "D-RISE 120 of 300".
label-saliency-steps = { $method } { $done } of { $total }
# The button that says what is shown and opens the choices; $method is a name such as EigenCAM.
label-saliency-of-image = { $method }: image…
label-saliency-of-object = { $method }: object…
label-saliency-menu = How the saliency is made and shown
label-saliency-select = Saliency: select an object or a suggestion
# Headings of the choices.
label-saliency-method = Method
label-saliency-subject = Of
label-saliency-detail = Detail
label-saliency-threshold-short = Threshold
# Choices.
label-saliency-occlusion = Occlusion
label-saliency-imported = Imported
label-saliency-whole = the whole image
label-saliency-object = the selected object
label-saliency-quick = quick
label-saliency-fine = fine
# Hovers.
label-saliency-eigencam-hint = The strongest pattern of a feature map: where the network has much to say, for no class alone
label-saliency-gradcam-hint = Features weighed by how much they would raise the score, from a gradient that the model file brings
label-saliency-occlusion-hint = How far the score falls while a window of the image is covered
label-saliency-drise-hint = How alike the detection stays while random parts of the image are darkened
label-saliency-imported-hint = The map that another tool computed for this image
label-saliency-object-hint = The selected object, or the suggestion in focus
label-saliency-cut-hint = This method knows no single object: its map of the image is cut to the object’s box
label-saliency-detail-hint = Fine takes several times as long: windows of a sixteenth instead of an eighth, 2000 masks instead of 300
label-saliency-threshold = Saliency threshold
label-saliency-threshold-hint = Lower values are not shown
# Button that asks for a folder.
label-saliency-bring = Bring maps in…
label-saliency-bring-hint = A folder of grey .png pictures or .npy arrays, each named like its image
# Messages.
label-saliency-taken = { $count ->
    [one] One saliency map was brought in
   *[other] { $count } saliency maps were brought in
}
label-saliency-left-out = { $count ->
    [one] One file was left out: { $place }: { $cause }
   *[other] { $count } files were left out, the first: { $place }: { $cause }
}
# Why a method cannot be chosen, or gives nothing.
label-saliency-no-gradcam = the model file brings no gradient
label-saliency-not-of-model = the model does not offer this method
label-saliency-no-imports = no maps were brought in
label-saliency-none-imported = no map was brought in for this image
label-saliency-no-features = the model names no feature map: choose an activation behind the button EigenCAM
# The activation that EigenCAM looks at.
label-saliency-tensor = Activation: { $name }
label-saliency-tensor-own = Activation: { $name }, the model’s own
label-saliency-tensor-none = Choose the activation to look at:
label-saliency-no-tensors = the activations are listed once the model is open
label-saliency-filter = Find an activation
label-saliency-opacity = Saliency opacity
label-opacity = Opacity
label-saliency-colours = Colours

# The state of the label set, above the canvas.
label-state-submitted = submitted, revision { $revision }
label-state-skipped = skipped
label-state-draft = draft
label-state-draft-after = draft after revision { $revision }

# The queue.
label-queue = Queue
label-queue-to-do = { $count } to do
# Buttons.
label-queue-refresh = Refresh
label-queue-all = All
# By what the queue is ordered.
label-queue-by-model = by what { $model } is unsure of
label-queue-by-order = no model has run: in a fixed order
label-queue-waits = Ranking…
label-queue-empty = Empty
label-queue-empty-hint = Nothing is left to do here
label-queue-score = rank score { $score }
# A bar of the reasons; the parts of a rank follow.
label-queue-part = { $name }: { $percent } % of the rank
label-part-uncertainty = uncertainty
label-part-disagreement = models differ
label-part-rarity = rare class
label-part-drift = drift
label-part-slice = slice
label-part-waiting = waiting
label-part-diversity = unlike others
label-part-random = drawn at random
label-part-blank = nothing found
label-part-campaign = labelled again
label-part-sent-back = sent back
label-queue-done = done
# Name of a row for screen readers.
label-queue-done-name = { $name }, done
# In a row of the queue: others work on it, or it was put off.
label-queue-held = held by { $who }
label-queue-put-off = put off
label-queue-held-name = { $name }, held by { $who }
label-queue-put-off-name = { $name }, put off
# In a row of the queue: which group of similar samples of the batch it belongs to.
label-queue-group = group { $number }
label-queue-group-hint = Samples of one group of the batch look alike

# The class picker.
label-class-of-selection = Class of the selection
label-class-of-next = Class of the next object
label-no-classes = There are no classes yet. Write ontology.toml in the project and publish it
label-class-search = Find a class
label-class-search-hint = Type to find a class
# Name of a button for screen readers.
label-class-name = Class { $name }

# The list of objects.
label-no-labels = No labels loaded
label-objects-none = None yet: draw one on the image, or accept a suggestion
label-objects-list = Objects
label-objects = Objects ({ $count })
label-objects-selected = Objects ({ $count }, { $selected } selected)
# Button.
label-objects-show-hidden = Show { $count } hidden
label-objects-filter = Filter objects
label-objects-filter-hint = Filter by class, sub-class, group or attribute
# An object that has no class any more.
label-object = object
# What a screen reader says of an object after its name, with commas between.
label-object-is-selected = selected
label-object-is-locked = locked
label-object-is-hidden = hidden
# The two buttons of a row: one letter each, what it does on hover, and its name for screen readers.
label-object-hide-letter = H
label-object-show = Show
label-object-show-name = Show: { $name }
label-object-hide = Hide
label-object-hide-name = Hide: { $name }
label-object-lock-letter = L
label-object-unlock = Unlock
label-object-unlock-name = Unlock: { $name }
label-object-lock = Lock
label-object-lock-name = Lock: { $name }
# Short notes in a row.
label-object-group = group { $group }
label-object-accepted = accepted { $score }
label-object-accepted-edited = accepted { $score }, edited

# How sure one is of an object.
label-tier-sure = sure
label-tier-probable = probable
label-tier-unsure = unsure
# Whether a point of a skeleton can be seen.
label-visibility-absent = absent
label-visibility-occluded = occluded
label-visibility-visible = visible

# The editor of the selection.
label-select-one = Select an object to see and change what is known of it
label-selection = Selection
label-selection-many = Selection: { $count } objects; shown is the last one
label-selection-locked = Locked: unlock it to change it
# Before the rows of the editor.
label-sure = sure?
label-group = group
label-origin = origin
label-subclass = sub-class
# Name of the choice for screen readers.
label-subclass-name = Sub-class
label-tier-name = Tier { $tier }
# Key on hover.
label-tier-key = Ctrl+{ $number }
# In a choice: no value.
label-not-set = not set
# Button that takes a relation away, and its name for screen readers.
label-untie = Untie
label-untie-name = Untie from { $name }
# Where an object came from.
label-origin-drawn = drawn
label-origin-imported = from { $source }
label-origin-suggestion = suggestion { $score }, as it was
label-origin-suggestion-edited = suggestion { $score }, edited
label-origin-copied = copied
label-origin-consensus = { $support } of { $voters } annotators
label-origin-settled = as { $names } drew it
label-origin-settled-edited = from { $names }, edited since

# The geometry in numbers: names of the fields.
label-number-x = x
label-number-y = y
label-number-centre-x = centre x
label-number-centre-y = centre y
label-number-width = width
label-number-height = height
label-number-radius-x = radius x
label-number-radius-y = radius y
label-number-degrees = degrees
# What the geometry is.
label-shape-polygon = polygon of { $points } points, { $area } px²
label-shape-polygon-rings = polygon of { $points } points in { $rings } rings, { $area } px²
label-shape-polyline = line of { $points } points, { $length } px long
label-shape-mask = mask of { $area } px
label-shape-points = { $count ->
    [one] { $present } of { $count } point
   *[other] { $present } of { $count } points
}
label-shape-area = { $kind }, { $area } px²
label-visibility-of = Visibility of { $name }
# Before a choice of kinds of geometry, and its name for screen readers.
label-convert = make it a
label-convert-name = Convert to

# The findings.
label-findings-none = No findings
label-findings = Findings ({ $count })
label-findings-refused = The submission was refused: mend these first
label-findings-more = and { $count } more
# What a finding is about when it is about no object.
label-findings-image = this image
# Button of a finding and of a comment: shows the place.
label-go-there = Go there
# Name for screen readers; the name is that of an object or "this image".
label-go-to = Go to { $name }

# The tags of the image.
label-image = Image
label-tag-name = Tag { $tag }
label-confirm-empty = There is nothing to label here

# Comments.
label-comments = Comments ({ $count })
label-comment-where = Click on the image where the comment belongs
# Button.
label-comment-whole = About the sample as a whole
# Above a comment: its number and who wrote it, with two spaces between.
label-comment-settled = { $number }  { $author } · settled
# Names of buttons for screen readers, and the buttons.
label-comment-go = Go to comment { $number }
label-comment-reopen = Open again
label-comment-reopen-name = Open again comment { $number }
label-comment-settle = Settle
label-comment-settle-name = Settle comment { $number }
# The window in which a comment is written.
label-comment = Comment
label-comment-at = at x { $x }, y { $y }
label-comment-about-whole = about the sample as a whole
label-comment-text = Comment text
label-comment-text-hint = What is unclear, or should others know?
label-comment-add = Add comment
label-comment-add-key = Ctrl+Enter

# The history.
label-history = History ({ $count })
label-history-none = Nothing was changed yet
label-history-first = as it was loaded first
# Name for screen readers.
label-history-step = History step { $step }: { $words }

# The guideline.
label-guideline = Guideline
label-guideline-none = The policy has no guideline: write guideline.md and publish it

# The window that copies the selection to other samples.
label-propagate = Copy to the samples that follow
label-propagate-which = Samples of the same folder in order of their names, of the same size and not submitted
label-propagate-count = How many
label-propagate-count-name = How many samples
label-propagate-then = Move the last copy where the thing is by then, come back here, and interpolate
# Buttons.
label-propagate-copy = Copy
label-interpolate = Interpolate copies
label-interpolate-hint = Place the copies between here and the moved one

# The window in which a sample is skipped.
label-skip-heading = Skip this sample
label-skip-kept = The reason is kept in the log
label-skip-why = Why?
label-skip-why-name = Reason for skipping
# Button.
label-skip-now = Skip
# Reasons that often fit; what is chosen is written to the log as it is read.
label-skip-unclear = not sure what this shows
label-skip-unusable = image is unusable
label-skip-duplicate = duplicate
label-skip-outside = outside the task

# The window of the image's tone.
label-tone = Image tone
label-tone-brightness = Brightness
label-tone-contrast = Contrast
label-tone-gamma = Gamma
label-tone-channel = Channel
label-tone-equalise = Equalise
label-tone-equalise-words = spread the histogram
label-tone-equalise-name = Equalise the histogram
label-tone-invert = Invert
label-tone-stretch = Stretch
label-tone-stretch-hint = The darkest to black, the brightest to white
label-tone-reset = Reset
# Window and level of images with deep pixels, as in radiology.
label-tone-window-waits = The window follows once the overview is there
label-tone-black = Black at
label-tone-white = White at
label-tone-window = Window
label-tone-level = Level
label-tone-automatic = Automatic window

# Messages.
label-say-no-classes = There are no classes yet: write ontology.toml and publish it
label-say-no-key-attribute = The ontology has no attribute that a key could set
label-say-no-value = { $attribute } has no value { $digit }
label-say-no-attribute = This object has no { $attribute }
label-say-no-class-key = No class has the key { $digit }
label-say-point-at-vertex = Select an object and point at one of its vertices
label-say-no-vertex = There is no vertex under the pointer that could go
label-say-tie-two = Select the two objects to tie
label-say-no-relation = The ontology has no relation between { $from } and { $to }
label-say-unknown-class = The ontology has no class "{ $class }", so it cannot become a label
label-say-copied = { $objects ->
    [one] { $objects } object
   *[other] { $objects } objects
} on { $samples ->
    [one] { $samples } sample
   *[other] { $samples } samples
}
label-say-copied-left = { $objects ->
    [one] { $objects } object
   *[other] { $objects } objects
} on { $samples ->
    [one] { $samples } sample
   *[other] { $samples } samples
}; { $left } left alone (submitted, of another size, or not alike)
label-say-saved = Everything is saved: every gesture is, as soon as it is made
label-say-saving = { $count ->
    [one] { $count } step is on its way to the disk
   *[other] { $count } steps are on their way to the disk
}
label-say-queue-end = This is the end of the queue
label-say-queue-done = All samples of the queue are done
label-say-none-before = There is no open sample before this one
label-say-blocked = { $count ->
    [one] One finding blocks the submission: see Findings
   *[other] { $count } findings block the submission: see Findings
}

# What was attempted, before "failed".
label-doing-image = Showing the image
label-doing-tile = Reading a part of the image
label-doing-labels = Loading the labels
label-doing-saliency = Computing the saliency
label-doing-maps = Bringing saliency maps in
label-doing-queue = Ranking the queue
label-doing-note = Saving a note about a sample
label-doing-copies = Copying objects
# Name, for screen readers, of a button that mends a finding.
label-fix-name = { $fix }: { $name }

# The window that goes to a sample.
label-goto = Go to a sample
label-goto-hint = Its number, 1 to { $count }, or a part of its name
label-goto-field = Number or name of a sample
label-goto-none = No sample of the queue fits

# Pictures of the guideline; the last two are their names for screen readers.
label-example-right = So it is right
label-example-wrong = So it is wrong
label-example-unread = { $picture } cannot be read
label-example-right-name = Right: { $words }
label-example-wrong-name = Wrong: { $words }

# The handle at the top of a panel: its name for screen readers, and its hover.
label-move-panel = Move the panel: { $panel }
label-move-panel-hint = Drag to move this panel

# Pointing at things, with a model that finds their masks. Beside the other options of the tool, where room is short.
label-prompt-none = No model to point with
# On hover, and after "No model to point with".
label-prompt-none-next = Register a pair of encoder and decoder on the Models screen or with concord model add
# Button: the screen of that name.
label-prompt-models = Models…
# The choice among several models. Name for screen readers.
label-prompt-model = Model to point with
# A switch: whether the mask goes to the selected object or to a new one.
label-prompt-replaces = Replace selection
label-prompt-replaces-hint = On: the selected object gets the mask. Off: the mask is a new object
label-prompt-failed = failed
# The model's first look at an image, which takes a while.
label-prompt-reading = reading the image…
label-prompt-asking = asking the model…
# There is a mask; Enter is the key.
label-prompt-take = Enter takes it
label-prompt-nothing = nothing found
label-prompt-point = click or drag
label-prompt-hint = A click adds what lies there, Alt+click takes it away, a drag is a box around the thing; Enter takes the mask, Backspace takes the last step back
# Beside the mask: how well it fits, as the model predicts it. IoU is a technical term.
label-prompt-iou = IoU { $score }
label-no-prompter = no model that can be pointed with is registered: a pair of encoder and decoder is added on the Models screen or with concord model add
label-doing-prompt = Pointing at things
label-origin-prompted = pointed at with { $model }, IoU { $score }
label-origin-prompted-edited = pointed at with { $model }, IoU { $score }, edited

# Holding a sample, so that nobody else works on it meanwhile; in the bar above the canvas.
label-away-held = { $minutes ->
    [one] { $who } holds this sample, for another minute at most
   *[other] { $who } holds this sample, for another { $minutes } minutes at most
}
label-away-put-off = { $minutes ->
    [one] You put this sample off for another minute
   *[other] You put this sample off for another { $minutes } minutes
}
label-say-given-back = The sample is given back; the next change takes it again
label-say-put-off = The sample is put off for an hour
label-doing-take = Taking the sample

# Review, in the bar above the canvas. The sample is settled, and its labels cannot be altered.
label-settled = { $by } settled this sample: it is read-only
label-judged = You judge this sample: its labels are altered on the Review screen
# Button.
label-judged-go = Go to Review
label-sent-back = { $by } sent this back: { $reason }
label-turned-down = { $by } rejected this: { $reason }
label-sent-back-comments = { $count ->
    [one] one comment
   *[other] { $count } comments
}

# A sample that another screen sent one to.
label-say-not-listed = The sample is not in the queue
