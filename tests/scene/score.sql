-- Compares the alerts that were raised with those that should be. Tables: truth (as truth.tsv has it), exported (one JSON
-- object a row); :sensors, a view of one number, says which sensors' logs were read: 1 Zeek's, 2 Suricata's, 3 both.
CREATE TEMP TABLE wanted AS
SELECT rowid AS id, name, type, own, remote, CAST(t0 AS REAL) AS t0, CAST(t1 AS REAL) AS t1, CAST(tolerance AS REAL) AS tolerance,
       count_key, CAST(least AS INTEGER) AS least, CAST(most AS INTEGER) AS most, tiers
FROM truth WHERE (CAST(sensors AS INTEGER) & (SELECT sensors FROM reading)) <> 0;

CREATE TEMP TABLE raised AS
SELECT rowid AS id, json AS whole,
       json_extract(json, '$.AlertType') AS type,
       json_extract(json, '$.Entities[0].Address') AS own,
       json_extract(json, '$.Entities[1].Address') AS remote,
       (julianday(json_extract(json, '$.StartTime')) - 2440587.5) * 86400 AS t0,
       (julianday(json_extract(json, '$.EndTime')) - 2440587.5) * 86400 AS t1
FROM exported;

-- Each alert that was raised speaks for at most one that was wanted, the nearest: same type and addresses, same time.
CREATE TEMP TABLE pair AS
SELECT w.id AS wanted, r.id AS raised
FROM wanted AS w JOIN raised AS r ON r.type = w.type AND r.own = w.own AND (w.remote = '' OR r.remote = w.remote)
WHERE r.t0 <= w.t1 + w.tolerance AND r.t1 >= w.t0 - w.tolerance
ORDER BY w.id, abs(r.t0 - w.t0) + abs(r.t1 - w.t1);
CREATE TEMP TABLE hit AS
SELECT p.wanted, MIN(p.raised) AS raised FROM pair AS p
WHERE NOT EXISTS (SELECT 1 FROM pair AS q WHERE q.raised = p.raised AND q.wanted < p.wanted) GROUP BY p.wanted;
-- Tiers "any": it is reported at that time; how, and whether at other times too, is not asked.
CREATE TEMP TABLE loose AS
SELECT r.id AS raised FROM wanted AS w JOIN raised AS r ON r.type = w.type AND r.own = w.own AND (w.remote = '' OR r.remote = w.remote)
WHERE w.tiers = 'any';

-- Who stands where, by type.
CREATE TEMP TABLE role (type, key, who);
INSERT INTO role VALUES
  ('%_Incoming_BF_OneToOne', 'Victim IP', 'own'), ('%_Incoming_BF_OneToOne', 'Attacker IP', 'remote'),
  ('%_Incoming_BF_ManyToOne', 'Victim IP', 'own'),
  ('%_Outgoing_BF_OneToOne', 'Attacker IP', 'own'), ('%_Outgoing_BF_OneToOne', 'Victim IP', 'remote'),
  ('%_Outgoing_BF_OneToMany', 'Attacker IP', 'own'),
  ('%_BF_%', 'Compromised Host', 'entity'), ('DDOS', 'Compromised Host', 'entity'), ('PortScanning', 'Compromised Host', 'entity'),
  ('Network_CommunicationWithC2', 'Victim IP', 'own'),
  ('Network_ResourceIpIndicatedAsMalicious', 'Machine IP', 'own');

CREATE TEMP TABLE complaint AS
SELECT 'missed  ' || w.type || ' ' || w.own || ' ' || w.remote || ' (' || w.name || ', ' || w.tiers || ', ' ||
       datetime(w.t0, 'unixepoch') || ')' AS text
FROM wanted AS w WHERE w.id NOT IN (SELECT wanted FROM hit)
UNION ALL
SELECT 'false   ' || r.type || ' ' || r.own || ' ' || coalesce(r.remote, '') || ' (' ||
       json_extract(r.whole, '$.ExtendedProperties.Tiers') || ', ' || datetime(r.t0, 'unixepoch') || ', ' ||
       round(r.t1 - r.t0) || ' s)'
FROM raised AS r WHERE r.id NOT IN (SELECT raised FROM hit UNION SELECT raised FROM loose)
UNION ALL
SELECT 'wrong   ' || w.type || ' ' || w.own || ' (' || w.name || '): ' || what
FROM (SELECT h.wanted, 'start is ' || round(r.t0 - w.t0, 3) || ' s off' AS what
      FROM hit AS h JOIN wanted AS w ON w.id = h.wanted JOIN raised AS r ON r.id = h.raised
      WHERE abs(r.t0 - w.t0) > w.tolerance
      UNION ALL
      SELECT h.wanted, 'end is ' || round(r.t1 - w.t1, 3) || ' s off'
      FROM hit AS h JOIN wanted AS w ON w.id = h.wanted JOIN raised AS r ON r.id = h.raised
      WHERE abs(r.t1 - w.t1) > w.tolerance
      UNION ALL
      SELECT h.wanted, w.count_key || ' is ' || coalesce(json_extract(r.whole, '$.ExtendedProperties."' || w.count_key || '"'), 'absent') ||
             ', not ' || w.least || CASE WHEN w.most > w.least THEN ' to ' || w.most ELSE '' END
      FROM hit AS h JOIN wanted AS w ON w.id = h.wanted JOIN raised AS r ON r.id = h.raised
      WHERE coalesce(CAST(json_extract(r.whole, '$.ExtendedProperties."' || w.count_key || '"') AS INTEGER), -1)
            NOT BETWEEN w.least AND w.most
      UNION ALL
      SELECT h.wanted, 'tiers are ' || json_extract(r.whole, '$.ExtendedProperties.Tiers') || ', not ' || w.tiers
      FROM hit AS h JOIN wanted AS w ON w.id = h.wanted JOIN raised AS r ON r.id = h.raised
      WHERE json_extract(r.whole, '$.ExtendedProperties.Tiers') <> w.tiers) AS details
JOIN wanted AS w ON w.id = details.wanted WHERE w.tiers <> 'any';

SELECT text FROM complaint ORDER BY text;
SELECT printf('precision %.2f, recall %.2f: %d wanted, %d raised, %d found, %d complaints',
    1.0 * (SELECT COUNT(*) FROM (SELECT raised FROM hit UNION SELECT raised FROM loose)) / max(1, (SELECT COUNT(*) FROM raised)),
    1.0 * (SELECT COUNT(*) FROM hit) / max(1, (SELECT COUNT(*) FROM wanted)),
    (SELECT COUNT(*) FROM wanted), (SELECT COUNT(*) FROM raised), (SELECT COUNT(*) FROM hit),
    (SELECT COUNT(*) FROM complaint));
