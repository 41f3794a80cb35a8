-- Every ticket has its place in the index of words before this; what was asked of these is asked of it now.
DROP INDEX tickets_by_stage;
DROP INDEX tickets_by_opener;
