-- pair: who tried one of our addresses' login service, or was tried by it, :min_attempts times in :window
-- facts: attempt by remote
-- only grows
--
-- Like every query here it reads `touched`: the keys with new facts, and the span lo..hi in which windows may have
-- changed (the new facts' times widened by :window). It answers with every window that reached the floor:
-- own, remote, service, part (0: not part of the key), t0, t1 and the key's lo, hi; then what was seen in the window, under the
-- name of the parameter that it is compared with, without its "min_". Windows are half open: the first and the last attempt lie
-- less than :window apart.
WITH near AS (
  SELECT a.service, a.own, a.remote, a.t, a.weight, k.lo, k.hi
  FROM touched AS k CROSS JOIN attempt AS a
    ON a.direction = :direction AND a.service = k.service AND a.own = k.own AND a.remote = k.remote
   AND a.t BETWEEN k.lo - :window AND k.hi + :window
  WHERE a.weight > 0 AND a.roles & :exempt = 0
    AND (:failures_only = 0 OR a.kind = 1)
    AND (:internal_only = 0 OR a.internal = 1)
    AND (:internal_failures_only = 0 OR a.internal = 0 OR a.kind = 1)),
busy AS (                 -- cheap sieve: a pair without :min_attempts in the whole span cannot have them in a window
  SELECT service, own, remote FROM near
  GROUP BY service, own, remote HAVING SUM(weight) >= :min_attempts),
seen AS (                 -- n: attempts in the window that ends with this one; since: the first of them
  SELECT n.service, n.own, n.remote, n.t, n.lo, n.hi,
         SUM(n.weight) OVER w AS attempts,
         FIRST_VALUE(n.t) OVER w AS since,
         CASE WHEN :min_days > 1 THEN count_distinct((n.t - ((n.t % 86400000000) + 86400000000) % 86400000000) / 86400000000) OVER w ELSE 1 END AS days
  FROM busy AS b JOIN near AS n ON n.service = b.service AND n.own = b.own AND n.remote = b.remote
  WINDOW w AS (PARTITION BY n.service, n.own, n.remote ORDER BY n.t
               RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW))
SELECT own, remote, service, 0 AS part, since AS t0, t AS t1, lo, hi, attempts, days
FROM seen WHERE attempts >= :min_attempts AND days >= :min_days
