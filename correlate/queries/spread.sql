-- spread: one of our addresses knocks at many doors: many targets of one port (sweep), or many ports of one target (vertical)
-- facts: probe by own
-- reached by: any
--
-- :min_targets 0: no sweep; :min_ports 0: no vertical scan. A sweep counts only where more than :min_failed_share percent of all
-- distinct targets of that port in the window failed (browsing is not scanning), and where ports with at least
-- :busy_port_targets failed targets hold at least :min_busy_port_share percent of all that failed (peer-to-peer is not scanning).
WITH busy AS (            -- cheap sieve: addresses that fail so often in one window
  SELECT k.own, k.lo, k.hi FROM touched AS k WHERE (
    SELECT reaches(t, :window, CASE WHEN :min_targets > 0 AND (:min_ports = 0 OR :min_targets < :min_ports) THEN :min_targets ELSE :min_ports END)
    FROM (SELECT p.t FROM probe AS p WHERE p.own = k.own AND p.t BETWEEN k.lo - :window AND k.hi + :window
             AND p.flags & 1 <> 0 AND p.leg = 0 ORDER BY p.t) AS failed)),
near AS (                 -- failed probes; port and protocol are one number: a door
  SELECT p.own, p.t, p.remote, p.port, p.proto, p.port * 256 + p.proto AS door, k.lo, k.hi
  FROM busy AS k CROSS JOIN probe AS p ON p.own = k.own AND p.t BETWEEN k.lo - :window AND k.hi + :window
  WHERE p.flags & 1 <> 0 AND p.leg = 0),
wide AS (                 -- cheap sieve: doors that fail toward enough targets at all
  SELECT own, door, MIN(t) - :window AS lo, MAX(t) AS hi FROM near WHERE :min_targets > 0
  GROUP BY own, door HAVING COUNT(DISTINCT remote) >= :min_targets),
span AS (SELECT lo, hi FROM (SELECT MIN(lo) AS lo, MAX(hi) AS hi FROM wide) AS w WHERE lo IS NOT NULL),
reached AS (              -- every connection to those doors, failed or not, out of the flows of that span
                          -- scans stretch: a row for many flows
  SELECT w.own, w.door, f.t, f.resp AS remote
  FROM span AS s CROSS JOIN stretch AS z ON z.t_min <= s.hi AND z.t_max >= s.lo
  CROSS JOIN flow AS f ON f.id BETWEEN z.first AND z.last AND f.t BETWEEN s.lo AND s.hi
  JOIN wide AS w ON w.own = f.orig AND w.door = f.resp_port * 256 + f.proto AND f.t BETWEEN w.lo AND w.hi
  WHERE (f.proto IN (6, 17) OR f.orig_port IN (8, 128))  -- of ICMP: echo alone
    AND (z.sensor = 1 OR f.id NOT IN (SELECT flow FROM twin))),
swept AS (
  SELECT own, door, t, MAX(failed) AS failed, MAX(known) AS known, MIN(since) AS since FROM (
    SELECT own, door, t,
           count_distinct(failed_remote) OVER w AS failed,
           count_distinct(remote) OVER w AS known,
           FIRST_VALUE(t) OVER w AS since
    FROM (SELECT n.own, n.door, n.t, n.remote, n.remote AS failed_remote
          FROM wide AS w JOIN near AS n ON n.own = w.own AND n.door = w.door
          UNION ALL
          SELECT own, door, t, remote, NULL FROM reached) AS tried
    WINDOW w AS (PARTITION BY own, door ORDER BY t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW)) AS windows
  GROUP BY own, door, t),
crowd AS (                -- how much of all that fails stands on busy doors, at each moment
  SELECT n.own, n.t, n.door, n.lo, n.hi, busy_share(n.door, n.remote, :busy_port_targets) OVER w AS share
  FROM near AS n WHERE n.own IN (SELECT own FROM wide)
  WINDOW w AS (PARTITION BY n.own ORDER BY n.t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW)),
sweep AS (
  SELECT c.own, s.since, c.t, c.lo, c.hi, s.failed, s.failed * 100 / s.known AS failed_share, c.share
  FROM swept AS s JOIN crowd AS c ON c.own = s.own AND c.door = s.door AND c.t = s.t
  WHERE s.failed >= :min_targets AND s.failed * 100 > s.known * :min_failed_share
    AND c.share >= :min_busy_port_share),
deep AS (                 -- the same sieve for targets
  SELECT own, remote FROM near WHERE :min_ports > 0 AND proto IN (6, 17)
  GROUP BY own, remote HAVING COUNT(DISTINCT door) >= :min_ports),
vertical AS (
  SELECT n.own, n.t, n.lo, n.hi,
         count_distinct(n.door) OVER w AS ports, FIRST_VALUE(n.t) OVER w AS since
  FROM deep AS d JOIN near AS n ON n.own = d.own AND n.remote = d.remote
  WHERE n.proto IN (6, 17)
  WINDOW w AS (PARTITION BY n.own, n.remote ORDER BY n.t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW))
SELECT own, 0 AS remote, 0 AS service, 0 AS part, since AS t0, t AS t1, lo, hi,
       failed AS targets, NULL AS ports, failed_share, share AS busy_port_share FROM sweep
UNION ALL
SELECT own, 0, 0, 0, since, t, lo, hi, NULL, ports, NULL, NULL FROM vertical WHERE ports >= :min_ports
