# The pages that citizens read.
Site = 12345 hotline knowledge
Skip = Skip to the text
Question = What would you like to know?
Example = e.g. 公积金怎么提取
Search = Search
Newest = Newest
Found = { $count ->
    [one] { $count } found
   *[other] { $count } found
}
Nothing = Nothing found
NothingAdvice = Try other words, or call 12345; somebody will look it up for you.
Missing = There is no such public entry
Busy = Too many requests
BusyAdvice = Please try again in { $seconds } s, or call 12345.
Advice = The unit in charge decides on your case. Any questions: call 12345.
Steps = How to do it
Materials = What to bring
Basis = Legal basis
TimeLimit = Time limit
Fee = Fee
Place = Place
Telephone = Telephone
Department = Department
ValidUntil = Valid until
Expired = Expired on { $day }; please call 12345 to check.
NotYet = Valid from { $day }.
