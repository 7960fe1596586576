-- volume: one of our addresses floods another: attack-shaped flows, packets or bytes a minute, per target
-- facts: volume by own
-- reached by: any
--
-- Volumes are kept in buckets of 10 s of event time; a minute is any 6 buckets in a row. Packets and bytes of a flow are
-- spread evenly over its duration; a flow counts as one at its start. A flood: the floor reached in two minutes that do not
-- overlap, within :window, or :peak_factor times the floor in one minute. :min_minutes 1: any minute at the floor.
-- A floor of 0 is none, and does not count.
-- Sums are kept in whole milliseconds so that they are exact: packets * milliseconds fits 64 bits (correlate/facts/probes.c).
WITH RECURSIVE loud AS (  -- cheap sieve: addresses that send so much at all; flags: 2 attack-shaped, 4 one way, 8 answered
  SELECT k.own, k.lo, k.hi FROM touched AS k WHERE (
    SELECT (:min_flows > 0 AND TOTAL(CASE WHEN p.flags & 2 <> 0 THEN p.scale ELSE 0 END) >= :min_flows)
        OR (:min_packets > 0 AND TOTAL(CASE WHEN p.flags & 4 <> 0 THEN p.pkts ELSE 0 END) >= :min_packets)
        OR (:min_bytes > 0 AND TOTAL(CASE WHEN p.flags & 4 <> 0 THEN p.bytes ELSE 0 END) >= :min_bytes)
    FROM probe AS p WHERE p.own = k.own AND p.t BETWEEN k.lo - :window - 600000000 AND k.hi + :window
     AND p.flags & 6 <> 0 AND p.leg = 0)),
near AS (                 -- pieces of a long flow last 10 minutes at most
  SELECT p.own, p.remote, p.t, p.port, p.proto, p.flags, p.duration / 1000 AS ms, p.pkts, p.bytes, p.scale, k.lo, k.hi
  FROM loud AS k CROSS JOIN probe AS p
    ON p.own = k.own AND p.t BETWEEN k.lo - :window - 600000000 AND k.hi + :window
  WHERE p.flags & 6 <> 0 AND p.leg = 0),
big AS (                  -- cheap sieve: targets that get one minute's worth at all
  SELECT own, remote FROM near GROUP BY own, remote
  HAVING (:min_flows > 0 AND TOTAL(CASE WHEN flags & 2 <> 0 THEN scale ELSE 0 END) >= :min_flows)
      OR (:min_packets > 0 AND TOTAL(CASE WHEN flags & 4 <> 0 THEN pkts ELSE 0 END) >= :min_packets)
      OR (:min_bytes > 0 AND TOTAL(CASE WHEN flags & 4 <> 0 THEN bytes ELSE 0 END) >= :min_bytes)),
suspect AS (SELECT n.* FROM big AS b JOIN near AS n ON n.own = b.own AND n.remote = b.remote),
opened AS (               -- flows by the bucket in which they begin, and what they knock at
  SELECT own, remote, lo, hi, (t - ((t % 10000000) + 10000000) % 10000000) / 10000000 AS bucket,
         port, proto, scale, CASE WHEN flags & 8 <> 0 THEN scale ELSE 0 END AS answered
  FROM suspect WHERE flags & 2 <> 0 AND :min_flows > 0),
flows AS (
  SELECT own, remote, lo, hi, bucket, SUM(scale) OVER m AS flows, SUM(answered) OVER m AS answered,
         count_distinct(CASE WHEN proto = 6 THEN port END) OVER m AS ports, top_share(port) OVER m AS top
  FROM opened WINDOW m AS (PARTITION BY own, remote ORDER BY bucket RANGE BETWEEN 5 PRECEDING AND CURRENT ROW)),
piece (own, remote, lo, hi, ms0, ms, pkts, bytes, bucket, last) AS (  -- each one-way flow, bucket by bucket
  SELECT own, remote, lo, hi, (t - ((t % 1000) + 1000) % 1000) / 1000, ms, pkts, bytes,
         (t - ((t % 10000000) + 10000000) % 10000000) / 10000000,
         (t + ms * 1000 - (((t + ms * 1000) % 10000000) + 10000000) % 10000000) / 10000000
  FROM suspect WHERE flags & 4 <> 0 AND :min_packets + :min_bytes > 0
  UNION ALL
  SELECT own, remote, lo, hi, ms0, ms, pkts, bytes, bucket + 1, last FROM piece WHERE bucket < last),
part AS (                 -- a: milliseconds of the flow before this bucket, z: before the next
  SELECT own, remote, lo, hi, ms, pkts, bytes, bucket,
         CASE WHEN bucket * 10000 > ms0 THEN bucket * 10000 - ms0 ELSE 0 END AS a,
         CASE WHEN (bucket + 1) * 10000 - ms0 < ms THEN (bucket + 1) * 10000 - ms0 ELSE ms END AS z
  FROM piece),
bucket AS (
  SELECT own, remote, MIN(lo) AS lo, MAX(hi) AS hi, bucket,
         SUM(CASE WHEN ms = 0 THEN pkts ELSE pkts * z / ms - pkts * a / ms END) AS packets,
         SUM(CASE WHEN ms = 0 THEN bytes ELSE bytes * z / ms - bytes * a / ms END) AS bytes
  FROM part GROUP BY own, remote, bucket),
volumes AS (
  SELECT own, remote, lo, hi, bucket, SUM(packets) OVER m AS packets, SUM(bytes) OVER m AS bytes
  FROM bucket WINDOW m AS (PARTITION BY own, remote ORDER BY bucket RANGE BETWEEN 5 PRECEDING AND CURRENT ROW)),
hot AS (                  -- peak 1: this minute alone is enough
  SELECT own, remote, lo, hi, bucket, CASE WHEN flows >= :min_flows * :peak_factor THEN 1 ELSE 0 END AS peak,
         flows, NULL AS packets, NULL AS bytes
  FROM flows WHERE flows >= :min_flows AND answered * 100 < flows * 80 AND NOT (ports >= 15 AND top < 50)
  UNION ALL
  SELECT own, remote, lo, hi, bucket,
         CASE WHEN (:min_packets > 0 AND packets >= :min_packets * :peak_factor)
                OR (:min_bytes > 0 AND bytes >= :min_bytes * :peak_factor) THEN 1 ELSE 0 END,
         NULL, packets, bytes
  FROM volumes WHERE (:min_packets > 0 AND packets >= :min_packets) OR (:min_bytes > 0 AND bytes >= :min_bytes)),
paired AS (               -- the earliest hot minute that ends at least 6 buckets before and begins within the window
  SELECT own, remote, lo, hi, bucket, peak, flows, packets, bytes, FIRST_VALUE(bucket) OVER e AS earlier
  FROM hot WINDOW e AS (PARTITION BY own, remote ORDER BY bucket
                        RANGE BETWEEN :window / 10000000 - 6 PRECEDING AND 6 PRECEDING))
SELECT own, 0 AS remote, 0 AS service, 0 AS part,
       (CASE WHEN earlier IS NULL THEN bucket ELSE earlier END - 5) * 10000000 AS t0,
       bucket * 10000000 + 9999999 AS t1, lo, hi, flows, packets, bytes
FROM paired WHERE peak = 1 OR :min_minutes <= 1 OR earlier IS NOT NULL
