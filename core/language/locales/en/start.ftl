# The start screen: recent projects, the sample project, a new project, and what adding images found.

# Below the heading, which is the name of the app.
start-purpose = Label images, check the labels, find where a model fails
start-busy = A project is being opened: its progress stands below
# While something is held over the window.
start-drop = Drop a project, a folder of images or a COCO file

# Card of the sample project: heading, text, button.
start-sample = Sample project
start-sample-text = A rendered inspection belt with two cameras, three annotators and a trained detector
start-sample-open = Open the sample project

# Card of projects that are there: heading, field, button, list of recent ones.
start-open = Open a project
start-open-folder = Project folder
start-open-button = Open project
start-recent = Recent projects
start-recent-none = None yet
# The × before a recent project: its hover, and its name.
start-forget = Forget
start-forget-name = Forget { $name }

# Card of a new project: heading, fields, button.
start-new = New project from a folder of images
start-new-images = Folder of images
start-new-folder = Project folder to make
start-new-classes = Classes, separated by commas
start-new-classes-hint = bolt, nut, washer
start-new-table = Metadata (CSV or JSON Lines, optional)
start-new-labels = Labels to import (COCO file, optional)
start-new-whose = Whose labels these are
start-new-whose-hint = name of the annotator
start-new-button = Make project
# Why the button cannot be used.
start-new-needs-images = name the folder of images first
start-new-needs-whose = say whose labels the COCO file holds
start-new-drop = A folder or a COCO file can also be dropped here
# Button that opens a file dialog for a field, and its name; room for it is short.
start-choose = Choose…
start-choose-name = Choose: { $field }

# What adding images found: sentence below the project's name, figures, button.
start-report = The project is made. This is what was found
start-report-added = images added
start-report-unread = could not be read
start-report-duplicates = duplicates
start-report-others = other files
start-report-go = Start labelling
start-report-nothing = No image was added: check the folder and the formats below
# Headings of lists, with the number of rows.
start-list-unread = Could not be read ({ $count })
start-list-duplicates = Duplicates, kept once ({ $count })
start-list-warnings = Used, but deserve a look ({ $count })
start-list-left-out = Rows of the COCO file that were left out ({ $count })
start-list-quarantine = Objects in quarantine ({ $count })
# Beside the path of a duplicate: the image that has the same content.
start-list-same = same content as { $sample }
# Below a list that is cut off.
start-list-more = and { $count } more
start-imported = Labels: { $samples ->
    [one] { $samples } label set
   *[other] { $samples } label sets
} with { $objects ->
    [one] { $objects } object
   *[other] { $objects } objects
} imported
