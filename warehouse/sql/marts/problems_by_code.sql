-- What went wrong with letters, by code.
-- table: recomputed by every build (0.1 s at 2 million letters), because it reads tables of schema main
-- column code: Code of the problem
-- column meaning: What the code means
-- column problems: Problems with this code
-- column letters: Contents of files, or folders, that have such a problem
-- column share_of_letters: letters / all contents of files, loaded or not
SELECT
    problem.code,
    any_value(known.meaning) AS meaning,
    count(*) AS problems,
    count(DISTINCT problem.sha256) AS letters,
    count(DISTINCT problem.sha256) / (SELECT count(*) FROM main.letter_files) AS share_of_letters
FROM main.problems AS problem
LEFT JOIN codes.problem_codes AS known ON known.code = problem.code
GROUP BY problem.code
ORDER BY problems DESC, problem.code
