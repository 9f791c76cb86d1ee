# What went wrong, in words: what did not happen, and what to do next.

doing-open = Opening the project
doing-open-sample = Opening the sample project
doing-make-sample = Making the sample project
doing-make = Making the project
doing-close = Closing the project
doing-look = Looking at what was dropped
doing-dialog = Showing the file dialog
doing-save-step = Saving the last step
doing-read-keymap = Reading the keymap file
problem-dialog-open = A file dialog is open already
problem-nothing-chosen = Nothing was chosen; a path can also be typed, or a folder dropped here
problem-no-sample-project = this start of the app brings no sample project along
problem-title-and-reason = { $title }: { $reason }

# What to do next after an error.

next-check-picture = Check whether the image file is whole, then open the sample again
next-panic = The rest of the app goes on; repeat it, and report the details when it happens again
next-busy = Wait until some of it is done, then try again
next-unavailable = Start Concord by its own command, which brings this along
next-correct-file = Correct the file that is named, then try again
next-check-file = Check the file that is named, then try again
next-check-image = Check whether the image file is there and whole
next-check-model = Check the model file; `concord doctor` shows which engines are there
next-check-labels = Check that the label sets it was computed from are complete
next-check-path = Check that the path exists and that you may read and write it
next-change-reason = Change what the reason names, then try again
next-start-again = Start it again whenever you like
next-locked = Close the project in the other window or command, then open it here
next-read-only = Give yourself the right to write the project folder, or copy it elsewhere
next-disk-full = Free some space, then repeat the last step
next-newer = Open the project with the newer version of Concord
next-missing = Choose a folder that holds a concord.toml, or make a new project
next-corrupt = Run `concord verify` on the project, and restore a copy
next-check-disk = Check the disk and the path, then try again
next-reloaded = The sample was loaded again as it is saved; repeat the step

# Why something failed; a part of a sentence after the name of what failed.

problem-panic = an internal error stopped it: { $why }
problem-busy = too much other work is waiting

# The file of a person’s own keys.

keymap-read = The keymap file was read
keymap-lost = { $key } belongs to “{ $holder }” now, not to “{ $action }”
keymap-changes = By your { $file }: { $changes }
keymap-more = and { $count } more, see the details
keymap-not-taken = { $count ->
    [one] One key was not taken over
   *[other] { $count } keys were not taken over
}
keymap-next = The rest of the file counts. Correct it, then read it again (palette: { $action })
keymap-no-action = there is no action of this name
keymap-take-name = Take the name from the list of keys: change a key there, and the line is written for you
keymap-no-preset = there is no preset “{ $name }”
keymap-choose-preset = Choose one of { $names }
keymap-bound-twice = { $key } is bound to “{ $holder }” and to “{ $other }”
keymap-give-another = “{ $holder }” keeps it; give “{ $other }” another key
keymap-line = { $file }, line { $line }
keymap-write-lines = Write lines such as { $example }
keymap-no-text = it is not a text
keymap-quote-preset = Write the name of a preset in quotes
keymap-no-table = it is not a table
keymap-write-table = Write [keys] on a line of its own
keymap-nothing-of-name = a keymap file holds nothing of this name
keymap-put-below = Put the keys of actions below a line [keys]
keymap-keys-no-texts = its keys are no texts
keymap-quote-keys = Write them in quotes: { $example }
keymap-write-keys = Write keys such as F, Ctrl+Shift+P, Alt+Left, F5 or PgDn
keymap-unreadable = “{ $words }” cannot be read: { $why }
keymap-no-key = “{ $words }” is no key
keymap-no-modifier = “{ $words }” is no modifier; there are Ctrl, Alt and Shift
keymap-empty = it is empty
