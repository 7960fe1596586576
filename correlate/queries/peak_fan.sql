-- peak_fan: the most others in an hour, or a day, and in the tier's window, of those that end on one day
--
-- Not a periodic query: correlate/findings/gate.c asks it for each day of a finding. Filters are those of fan.
SELECT bin, MAX(x), MAX(CASE WHEN n < r * 1000 / :min_remotes THEN n ELSE r * 1000 / :min_remotes END), MAX(r) FROM (
  SELECT t, (t - ((t % :unit) + :unit) % :unit) / :unit AS bin,
         count_distinct(peer) OVER (ORDER BY t RANGE BETWEEN :unit - 1 PRECEDING AND CURRENT ROW) AS x,
         SUM(weight) OVER (ORDER BY t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW) * 1000 / :min_attempts AS n,
         count_distinct(peer) OVER (ORDER BY t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW) AS r
  FROM attempt INDEXED BY attempt_by_own
  WHERE direction = :direction AND service = :service AND own = :own
    AND t BETWEEN :from AND :hi AND weight > 0 AND roles & :exempt = 0
    AND (:failures_only = 0 OR kind = 1)
    AND (:internal_only = 0 OR internal = 1)
    AND (:internal_failures_only = 0 OR internal = 0 OR kind = 1)) AS windows
WHERE t >= :lo GROUP BY bin
