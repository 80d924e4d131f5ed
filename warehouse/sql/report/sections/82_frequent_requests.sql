-- title: Requests that are made most often
-- read: The disputed part of the request in its most frequent spelling; letter case and marks do not count. All years.
-- chart: none
SELECT
    request, category, letters, items, overturned, overturn_rate, overturn_rate_low, overturn_rate_high, note,
    first_decision, last_decision
FROM marts.frequent_requests
ORDER BY items DESC, request
