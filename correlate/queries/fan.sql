-- fan: many to one (incoming) and one to many (outgoing) are one question: how many others deal with one of our addresses
-- facts: attempt by own
WITH near AS (            -- peer: the other address; for IPv6 sources their /64
  SELECT a.service, a.own, a.t, a.peer, a.weight, k.lo, k.hi
  FROM touched AS k CROSS JOIN attempt AS a INDEXED BY attempt_by_own
    ON a.direction = :direction AND a.service = k.service AND a.own = k.own
   AND a.t BETWEEN k.lo - :window AND k.hi + :window
  WHERE a.weight > 0 AND a.roles & :exempt = 0
    AND (:failures_only = 0 OR a.kind = 1)
    AND (:internal_failures_only = 0 OR a.internal = 0 OR a.kind = 1)),
busy AS (                 -- cheap sieve over the whole span
  SELECT service, own FROM near
  GROUP BY service, own HAVING SUM(weight) >= :min_attempts AND COUNT(DISTINCT peer) >= :min_remotes),
seen AS (
  SELECT n.service, n.own, n.t, n.lo, n.hi,
         SUM(n.weight) OVER w AS attempts,
         count_distinct(n.peer) OVER w AS remotes,
         FIRST_VALUE(n.t) OVER w AS since
  FROM busy AS b JOIN near AS n ON n.service = b.service AND n.own = b.own
  WINDOW w AS (PARTITION BY n.service, n.own ORDER BY n.t
               RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW))
SELECT own, 0 AS remote, service, 0 AS part, since AS t0, t AS t1, lo, hi, remotes, attempts
FROM seen WHERE attempts >= :min_attempts AND remotes >= :min_remotes
