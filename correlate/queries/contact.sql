-- contact: one of our addresses deals with what an indicator or a signature names
-- facts: contact by own
--
-- part: the subject, that is the indicator's network or the signature, or 0 with :by_resource 1; touched.remote names one, 0: all of
-- them.
-- Where a feed has the name that a server was asked by, within an hour, its address does not speak as well.
-- What a feed alone says counts while the feed is believed.
-- :answered_only 1: only where payload went both ways.
WITH near AS (
  SELECT c.own, CASE :by_resource WHEN 0 THEN c.subject ELSE 0 END AS subject, c.t, COALESCE(c.conn, c.ident) AS conn, c.scale, k.lo, k.hi
  FROM touched AS k CROSS JOIN contact AS c
    ON c.topic = :topic AND c.own = k.own
   AND c.subject BETWEEN k.remote AND CASE k.remote WHEN 0 THEN 9223372036854775807 ELSE k.remote END
   AND c.t BETWEEN k.lo - :window AND k.hi + :window
  WHERE (:answered_only = 0 OR c.flags & 1 <> 0) AND c.leg = 0 AND c.roles & :exempt = 0
   AND (c.flow IS NULL OR c.flags & 4 <> 0 OR NOT EXISTS (
    SELECT 1 FROM named AS n WHERE n.topic = c.topic AND n.ident = c.ident
     AND n.t BETWEEN c.t - 3600000000 AND c.t + 3600000000))
   AND (c.flags & 4 <> 0 OR NOT EXISTS (
    SELECT 1 FROM widespread AS w WHERE w.topic = c.topic AND w.subject = c.subject AND w.believed = 0))),
seen AS (
  SELECT own, subject, t, lo, hi, count_distinct(conn) OVER w * MAX(scale) OVER w AS contacts, FIRST_VALUE(t) OVER w AS since
  FROM near WINDOW w AS (PARTITION BY own, subject ORDER BY t RANGE BETWEEN :window - 1 PRECEDING AND CURRENT ROW))
SELECT own, 0 AS remote, 0 AS service, subject AS part, since AS t0, t AS t1, lo, hi, contacts
FROM seen WHERE contacts >= :min_contacts
