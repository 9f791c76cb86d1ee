# Examples of the policy: what is added from a disagreement.

# What each person says; stands with commas between in the caption of an example.
example-says = { $name } says { $what }
example-nothing = { $name } says nothing
example-tags = { $name } gives the tag { $tag }
example-draws = { $name } draws { $width } × { $height } px
example-values = { $name } says { $attribute }: { $value }
example-unset = { $name } does not set { $attribute }

# The window that asks for it.
example-heading = Add as example
example-hint = A crop with the outline goes into the next version of the policy. It takes force when that version is published.
example-whose = Outline of
example-class = Class
example-verdict = So it is
example-right = right
example-wrong = wrong
example-caption = What it shows
example-add = Add
example-busy = Adding…
# What was attempted; stands in “… failed”.
example-doing = Adding the example
# $verdict is one of “right” and “wrong” of this file.
example-added = Added to policy.toml as an example of { $class }, { $verdict }: { $picture }. It takes force when version { $version } of the policy is published
