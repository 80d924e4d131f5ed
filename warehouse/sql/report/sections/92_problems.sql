-- title: Problems by code
-- read: What could not be read or is not known, of all files that were loaded, whatever their year.
-- chart: none
SELECT code, meaning, problems, letters, share_of_letters FROM marts.problems_by_code ORDER BY problems DESC, code
