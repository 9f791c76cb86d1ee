# What is said of labels and of the queue by the parts below the window.

# Why a sample stands where it stands in the queue.

queue-uncertainty = Unsicherheit { $bits } Bit, unter den unsichersten { $top } %
queue-unseen = noch kein Modell hat es gesehen
queue-slice = Slice { $name } × { $weight }
queue-slice-short = Slice { $name } × { $weight } ({ $why })
queue-recall = Recall nur mindestens { $low }, das Ziel ist { $target }
queue-waiting = { $days ->
    [one] wartet einen Tag × { $factor }
   *[other] wartet { $days } Tage × { $factor }
}
# As somebody wrote it who put the sample forward.
queue-boost = { $reason }
