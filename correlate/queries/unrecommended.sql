-- unrecommended: sources that should be blocked reach one port of ours, by UTC day
-- facts: contact by own and day
--
-- part: day * 2^24 + port * 256 + protocol. Days are judged whole: every day that meets lo..hi is read from midnight to midnight.
-- :window is one day. touched.remote names one port * 256 + protocol, 0: all of them.
-- reached by: any
--
-- A tier that has :learned_days is about strangers, which correlate/findings/strangers.h finds by that and :learned_window, :min_history,
-- :min_learned, :public_sources and :crowd_sources; another is about sources that a feed or a signature names.
WITH near AS (
  SELECT c.own, c.remote, c.port, c.proto, c.t, COALESCE(c.conn, c.ident) AS conn, c.flags & 1 AS answered, c.scale, k.lo, k.hi,
         (c.t - ((c.t % :window) + :window) % :window) / :window AS day
  FROM touched AS k CROSS JOIN contact AS c
    ON c.topic = :topic AND c.own = k.own
   AND c.subject = CASE WHEN :learned_days > 0 THEN (SELECT id FROM name WHERE text = 'unlearned') ELSE 0 END
   AND (k.remote = 0 OR k.remote = c.port * 256 + c.proto)
   AND c.t BETWEEN k.lo - ((k.lo % :window) + :window) % :window
               AND k.hi - ((k.hi % :window) + :window) % :window + :window - 1
  WHERE c.leg = 0 AND c.roles & :exempt = 0
    AND (:learned_days = 0 OR NOT EXISTS (SELECT 1 FROM twin AS w WHERE w.flow = c.flow))),  -- Zeek tells of it, too
sender AS (
  SELECT own, port, proto, day, remote, lo, hi, MIN(t) AS t0, MAX(t) AS t1, SUM(answered) AS answered, COUNT(DISTINCT conn) * MAX(scale) AS flows
  FROM near GROUP BY own, port, proto, day, remote, lo, hi)
SELECT own, 0 AS remote, 0 AS service, day * 16777216 + port * 256 + proto AS part,
       MIN(t0) AS t0, MAX(t1) AS t1, lo, hi, SUM(answered) AS answered, MAX(flows) AS flows
FROM sender GROUP BY own, port, proto, day, lo, hi
HAVING SUM(answered) >= :min_answered OR (:min_flows > 0 AND MAX(flows) >= :min_flows)
