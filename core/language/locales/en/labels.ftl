# What is said of labels and of the queue by the parts below the window.

# Why a sample stands where it stands in the queue.

queue-uncertainty = uncertainty { $bits } bit, among the most uncertain { $top } %
queue-unseen = no model has seen it
queue-slice = slice { $name } × { $weight }
queue-slice-short = slice { $name } × { $weight } ({ $why })
queue-recall = its recall is at least { $low } only, the target is { $target }
queue-waiting = { $days ->
    [one] waiting one day × { $factor }
   *[other] waiting { $days } days × { $factor }
}
# As somebody wrote it who put the sample forward.
queue-boost = { $reason }
