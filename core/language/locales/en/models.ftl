# The Models screen: which models, where from, how sure, how fast.

# What was attempted; stands in “… failed”.
models-doing-list = Reading the registry of models
models-doing-propose = Trying the model
models-doing-register = Registering the model
models-doing-run = Running the model
models-doing-measure = Measuring the model
models-doing-calibrate = Calibrating the model
models-doing-retire = Changing the model's use

models-heading = Models
models-no-project = No project
models-no-project-next = Open one on the start screen
models-reading = Reading the registry…
models-none = No model is registered
models-none-next = Choose an ONNX file above, or drop one on the window
models-path-hint = Path of an ONNX file
# Tries the file whose path was typed and shows what it is.
models-look = Look at it

# Headings of the table.
models-column-name = Model
models-column-family = Family
models-column-classes = Classes
models-column-signature = Signature
models-column-calibrated = Calibrated
models-column-speed = Images/s
models-column-state = State
models-unsigned = unsigned
models-signed = valid
models-ready = ready
models-retired = out of use
models-missing = file missing
# In the column “Calibrated”.
models-no = no
models-temperature = temperature { $t }
models-isotonic = { $knots ->
    [one] isotonic, { $knots } knot
   *[other] isotonic, { $knots } knots
}

# What can be done with a model.
models-run = Run over all samples
models-run-hover = Keeps its predictions as a run; an interrupted run goes on where it stopped
models-run-views = Run in six views
models-run-views-hover = Looks at each image as it is, flipped, smaller, larger, darker and brighter, and keeps how far that agrees; takes six times as long
models-calibrate = Calibrate
models-calibrate-hover = Fits its scores to what came true of them, on its latest run and the reference of the project
models-measure = Measure speed
models-measure-hover = One image alone, and all cores at work
models-retire = Put out of use
models-back = Put back into use
models-retire-hover = What the model said stays in the project

# Facts about a model.
models-sha = SHA-256
models-family = Family
models-name = Name
models-trained-on = Trained on
models-revision = Code revision
models-licence = Licence
models-source = Published at
models-added-by = Added by
models-file = File
models-not-said = not said
# The calibration error before, and after on samples that were left out of the fit.
models-calibration = { $by }, on { $boxes } boxes; calibration error { $before } before, { $after } after on samples left out of the fit
models-speed = { $rate } images/s, { $alone } ms alone ({ $engine }, on { $device })
models-contract = Contract
models-unmapped = Classes that the ontology does not have
models-unmapped-what = { $classes }: their objects are kept, but cannot become labels

# The window that asks whether a model is registered so.
models-proposal-heading = Register this model?
models-proposal-facts = { $classes ->
    [one] Family { $family }, { $classes } class, runs on { $engine }
   *[other] Family { $family }, { $classes } classes, runs on { $engine }
}
models-assumed = Assumed, for neither the file nor a model.toml says it:
models-assumed-next = If something is different, write it into a model.toml beside the file and look at it again
models-register = Register

# What came of it.
models-registered = The model is registered
models-measured = { $name }: { $rate } images/s
models-calibrated = { $name } was calibrated on { $boxes } boxes; the queue ranks anew
models-ran = { $model } ran over { $samples } samples and found { $found } objects
models-ran-again = Exactly this run of { $model } was there already
models-ran-problems = { $count ->
    [one] { $count } image could not be read: { $place }: { $cause }
   *[other] { $count } images could not be read, the first: { $place }: { $cause }
}

# Pairs of encoder and decoder, which find the mask of what a person points at. Q is the key of the tool.
models-prompted = Finds the masks of what is pointed at on the canvas (Q); it is not run over samples
models-decoder-sha = Decoder's SHA-256
models-decoder-file = Decoder's file
models-proposal-pair = A pair of encoder and decoder to point with on the canvas; engine { $engine }
