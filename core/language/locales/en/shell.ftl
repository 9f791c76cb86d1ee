# The shell: top bar, rail, status bar, messages, list of keys, settings, and what the threads behind it tell.

# Buttons of actions: the hover of one that cannot be used, with the reason why.
shell-button-reason = { $action }: { $reason }
# Title of an action that gives the class of a digit.
shell-class-title = Class { $digit }: { $name }
# Name of the palette's search field.
shell-palette = Find an action

# Top bar.
shell-versions = policy { $policy } · ontology { $ontology }
shell-no-project = No project
# Hover of the button that changes the theme; $theme is its name.
shell-theme-hover = { $theme } theme
# Name of that button.
shell-theme-switch = Switch theme
# The button with the name of who is at the desk, its hover, and the field for another name.
shell-person = At the desk
shell-person-hover = Decisions are logged under this name. Click to change it
shell-person-hint = Your name
shell-person-field = Name at the desk

# Rail: name of a button that goes to a screen; $screen is its title.
shell-go-to = Go to { $screen }

# Status bar.
shell-all-saved = All saved
shell-saving = Saving { $count }…
# Rate and remaining time of a job.
shell-left-seconds = { $rate }/s, { $seconds } s left
shell-left-minutes = { $rate }/s, { $minutes } min left

# Messages: name of the × that takes one away; the part that can be unfolded.
shell-dismiss = Dismiss: { $what }
shell-details = Details

# List of keys: heading, sentence below it, and the line with the preset.
shell-keys = Keys
shell-keys-palette = The palette finds every action by its name
shell-keys-palette-with = The palette ({ $keys }) finds every action by its name
shell-keys-preset = Preset
shell-keys-reset-all = Reset all
shell-keys-reset-all-hover = Every action has the keys of the preset again
shell-keys-reset-all-name = Reset all keys
shell-keys-unchanged = Nothing changed
# How many actions have other keys than the preset gives them.
shell-keys-changed = { $count } changed
shell-keys-search = Search keys
shell-keys-search-hint = Type an action or a key
shell-keys-none = No action has this name or this key
# In a row: a key of this action that another action has now.
shell-keys-lost = { $key } went to { $action }
# Buttons of a row with their names.
shell-keys-change = Change
shell-keys-change-name = Change { $action }
shell-keys-add = Add
shell-keys-add-name = Add a key to { $action }
shell-keys-reset = Reset
shell-keys-reset-name = Reset { $action }
shell-keys-reset-hover = The keys of the preset again

# The line above the list while keys are changed. “Change” and “Add” are the buttons of a row.
shell-keys-how = Change or Add, then press the keys
shell-keys-press = Press the keys for “{ $action }”; Esc cancels
shell-keys-no-key = No key
shell-keys-no-key-name = No key for { $action }
shell-keys-no-key-hover = Take its keys away
shell-keys-taken = { $key } belongs to “{ $action }”
shell-keys-replace = Replace
shell-keys-replace-hover = Take { $key } from “{ $action }”

# Settings: heading, sentence below it, then the form row by row.
shell-settings = Settings
shell-settings-kept = They are kept for all projects
shell-settings-language = Language
# First choice of the language: what the system speaks, which is $name.
shell-settings-language-system = System ({ $name })
shell-settings-theme = Theme
shell-settings-scale = Interface scale
shell-settings-preset = Keymap preset
# Button beside the preset.
shell-settings-keys = Keys…
shell-settings-keys-name = Show and change keys
shell-settings-movement = Movement
shell-settings-reduced = Reduced motion
shell-settings-reduced-hover = Nothing fades or slides
shell-settings-canvas = Canvas
shell-settings-crosshair = Crosshair
shell-settings-memory = Memory for images
# In place of the figure 0.
shell-settings-memory-automatic = automatic
shell-settings-memory-hover = 0 is a quarter of this machine's memory, at most 2048 MiB. It is { $mib } MiB now; a change counts for the next project that is opened
shell-settings-idle = Pause after
shell-settings-idle-hover = A longer pause is not counted as working time on a sample

# Why a model's saliency or an image cannot be shown; after “… failed”.
shell-no-model = no model has run on this project yet, so there is nothing to look through
shell-no-picture = the file has no picture in it
# In place of what an internal error says, when it says nothing.
shell-panic-silent = no message

# What was attempted with the files of the settings; stands in “… failed”.
shell-saving-settings = Saving the settings
shell-saving-keys = Saving the keys

# Titles of the system's file dialogs, and a kind of files in them.
shell-pick-project = Open a Concord project
shell-pick-images = A folder of images
shell-pick-table = A table of metadata
shell-pick-table-kind = CSV or JSON Lines
shell-pick-coco = A COCO file
shell-pick-model = Choose a model
shell-pick-maps = Choose a folder of saliency maps
