# What several screens say.

samples = { $count ->
    [one] { $count } sample
   *[other] { $count } samples
}
failed = { $doing } failed
stopped = { $doing } was stopped
close = Close
cancel = Cancel
