-- Places in letters that read like personal data: phone numbers, addresses, dates of birth and their like.
-- severity: warn
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: published letters are redacted; look at each page before the warehouse is passed on
SELECT case_number, field, excerpt, page, sha256 FROM main.problems WHERE code = 'possible_personal_data'
