-- use: a pair that logs in as often as it fails is at work, not guessing
--
-- An attempt counts (weight = tries) unless, in :window up to and including it, the pair had at least as many successes
-- as attempts and no explicit failure. So what comes before a first success always counts, more failures can only add,
-- and one lucky guess does not hide the guessing around it. Only pairs that have or had a success are looked at.
WITH seen AS (
  SELECT a.direction, a.service, a.own, a.remote, a.t, a.ident, a.tries, a.kind, a.weight, a.leg,
         SUM(CASE WHEN a.kind >= 2 THEN 1 ELSE 0 END) OVER w AS successes,
         SUM(CASE WHEN a.kind < 2 THEN 1 ELSE 0 END) OVER w AS attempts,
         SUM(CASE WHEN a.kind = 1 THEN 1 ELSE 0 END) OVER w AS failures
  FROM used AS k CROSS JOIN attempt AS a
    ON a.direction = k.direction AND a.service = k.service AND a.own = k.own AND a.remote = k.remote
   AND a.t BETWEEN k.lo - :window AND k.hi + :window
  WINDOW w AS (PARTITION BY a.direction, a.service, a.own, a.remote ORDER BY a.t
               RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW)),
judged AS (
  SELECT seen.*, CASE WHEN kind >= 2 OR leg <> 0 OR (successes >= attempts AND failures = 0) THEN 0 ELSE tries END AS counts
  FROM seen)
UPDATE attempt SET weight = j.counts
FROM judged AS j JOIN used AS k
  ON k.direction = j.direction AND k.service = j.service AND k.own = j.own AND k.remote = j.remote
WHERE attempt.direction = j.direction AND attempt.service = j.service AND attempt.own = j.own
  AND attempt.remote = j.remote AND attempt.t = j.t AND attempt.ident = j.ident
  AND j.counts <> j.weight AND j.t BETWEEN k.lo AND k.hi + :window
