-- worm: one of our addresses behaves as a worm does: it sweeps a port outside, and asks for names that do not exist or talks to many
-- facts: worm by own
-- reached by: any
--
-- A sweep: :min_targets outside at TCP :port that refuse or do not answer, within :sweep_window. With it, within :window before or
-- after: :min_names names that do not exist within :names_window, or :min_peers outside by UDP between high ports within :peers_window.
-- correlate/facts/worm.c has put the names and peers of addresses that sweep into worm_name and worm_peer.
WITH near AS (
  SELECT p.own, p.t, p.remote, k.lo, k.hi
  FROM touched AS k CROSS JOIN worm_span AS z ON z.own = k.own
  CROSS JOIN probe AS p ON p.own = k.own AND p.t BETWEEN k.lo - :sweep_window AND k.hi
  WHERE p.flags & 17 = 1 AND p.port = :port AND p.proto = 6 AND p.leg = 0),
swept AS (
  SELECT own, t, lo, hi, count_distinct(remote) OVER w AS targets, FIRST_VALUE(t) OVER w AS since
  FROM near WINDOW w AS (PARTITION BY own ORDER BY t RANGE BETWEEN :sweep_window - 1 PRECEDING AND CURRENT ROW)),
asked AS (
  SELECT own, t, count_distinct(name) OVER (PARTITION BY own ORDER BY t RANGE BETWEEN :names_window - 1 PRECEDING AND CURRENT ROW) AS names
  FROM worm_name),
met AS (
  SELECT own, t, count_distinct(remote) OVER (PARTITION BY own ORDER BY t RANGE BETWEEN :peers_window - 1 PRECEDING AND CURRENT ROW) AS peers
  FROM worm_peer),
beside AS (               -- what may accompany a sweep, with the moments of sweeps that it accompanies
  SELECT own, t - :window AS lo, t + :window - :names_window AS hi, names, 0 AS peers FROM asked WHERE names >= :min_names
  UNION ALL
  SELECT own, t - :window, t + :window - :peers_window, 0, peers FROM met WHERE peers >= :min_peers)
SELECT s.own, 0 AS remote, 0 AS service, 0 AS part, s.since AS t0, s.t AS t1, s.lo, s.hi,
       s.targets, MAX(b.names) AS names, MAX(b.peers) AS peers
FROM swept AS s JOIN beside AS b ON b.own = s.own AND s.t BETWEEN b.lo AND b.hi
WHERE s.targets >= :min_targets
GROUP BY s.own, s.t, s.since, s.lo, s.hi, s.targets
