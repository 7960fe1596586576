-- What people's SQL reads: the contract, while the tables may change. Built-in functions only, so that
-- every view but `lookups` works in a bare sqlite3 shell. The comments are the documentation that
-- `tocsin query --views` prints: one behind the bracket for the view, one behind each column.
--
-- An address id below 2^31 is an IPv4 address less 2^31: its first byte is (id >> 24) + 128, the other
-- three are as they stand. Seconds are rounded down, so that times before 1970 come out right. JSON is
-- put together by hand (control characters by the recursion), because SQLite 3.40 refuses its own
-- JSON functions inside views to a connection that does not trust the schema.

DROP VIEW IF EXISTS alerts;
DROP VIEW IF EXISTS alert_history;
DROP VIEW IF EXISTS alert_reasons;
DROP VIEW IF EXISTS alert_evidence;
DROP VIEW IF EXISTS flows;
DROP VIEW IF EXISTS attempts;
DROP VIEW IF EXISTS signatures;
DROP VIEW IF EXISTS lookups;
DROP VIEW IF EXISTS indicators;
DROP VIEW IF EXISTS flagged_days;
DROP VIEW IF EXISTS sightings;
DROP VIEW IF EXISTS sources;
DROP VIEW IF EXISTS baselines;
DROP VIEW IF EXISTS runs;

CREATE VIEW alerts( -- The living alerts: one row for each episode of something worth a look.
    alert_id,        -- stays the same on every replay of the same logs
    type,            -- which of the alert types: SSH_Incoming_BF_OneToOne, …
    title,           -- one line, English
    title_ja,        -- one line, Japanese
    description,     -- what happened, English
    description_ja,  -- what happened, Japanese
    severity,        -- Informational, Low, Medium, High
    severity_rank,   -- the same as a number, 0 to 3, for comparing and sorting
    confidence,      -- 0.00 to 1.00
    status,          -- New, InProgress, Resolved, Dismissed: what people make of it
    comment,         -- a person's, '' without one
    entity,          -- the resource it is about: its name, else its address
    own,             -- address of ours that is judged
    remote,          -- the other address; NULL when there are many
    service,         -- login service (ssh, rdp, …); NULL when the type is not about one
    tactics,         -- MITRE ATT&CK tactics, commas between; the source document's own word is the property Intent
    techniques,      -- MITRE ATT&CK techniques, commas between
    start_us,        -- first evidence, microseconds since 1970
    start_time,      -- first evidence, RFC 3339 UTC
    end_us,          -- last evidence, microseconds since 1970
    end_time,        -- last evidence, RFC 3339 UTC
    generated_us,    -- first raised, microseconds since 1970
    generated_time,  -- first raised, RFC 3339 UTC
    processed_us,    -- last changed by detection, microseconds since 1970
    processed_time,  -- last changed by detection, RFC 3339 UTC
    revision,        -- how often it was written; depends on how the lines came
    correlation_key, -- type and key, without the time: what repeats shares it
    remediation,     -- what to do, one step a line, English
    remediation_ja,  -- what to do, one step a line, Japanese
    properties,      -- JSON object: the figures behind it; properties ->> 'Attacker IP'
    entities,        -- JSON array: the addresses and host names of the alert, own first
    evidence_count   -- rows in alert_evidence
) AS
SELECT
    a.uid,
    (SELECT text FROM name WHERE id = a.type),
    a.title_en,
    a.title_ja,
    a.description_en,
    a.description_ja,
    CASE a.severity WHEN 0 THEN 'Informational' WHEN 1 THEN 'Low' WHEN 2 THEN 'Medium' WHEN 3 THEN 'High' END,
    a.severity,
    a.confidence / 100.0,
    CASE a.status WHEN 0 THEN 'New' WHEN 1 THEN 'InProgress' WHEN 2 THEN 'Resolved' WHEN 3 THEN 'Dismissed' END,
    a.comment,
    a.entity,
    CASE WHEN a.own < 2147483648
         THEN printf('%d.%d.%d.%d', (a.own >> 24) + 128, (a.own >> 16) & 255, (a.own >> 8) & 255, a.own & 255)
         ELSE (SELECT text FROM address6 WHERE id = a.own) END,
    CASE WHEN a.remote <> 0 THEN CASE WHEN a.remote < 2147483648
         THEN printf('%d.%d.%d.%d', (a.remote >> 24) + 128, (a.remote >> 16) & 255, (a.remote >> 8) & 255, a.remote & 255)
         ELSE (SELECT text FROM address6 WHERE id = a.remote) END END,
    (SELECT text FROM name WHERE id = a.service),
    a.tactics,
    a.techniques,
    a.t0,
    strftime('%Y-%m-%dT%H:%M:%S', a.t0 / 1000000 - (a.t0 % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (a.t0 % 1000000 + 1000000) % 1000000),
    a.t1,
    strftime('%Y-%m-%dT%H:%M:%S', a.t1 / 1000000 - (a.t1 % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (a.t1 % 1000000 + 1000000) % 1000000),
    a.generated,
    strftime('%Y-%m-%dT%H:%M:%S', a.generated / 1000000 - (a.generated % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (a.generated % 1000000 + 1000000) % 1000000),
    a.processed,
    strftime('%Y-%m-%dT%H:%M:%S', a.processed / 1000000 - (a.processed % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (a.processed % 1000000 + 1000000) % 1000000),
    a.revision,
    a.key,
    a.respond_en,
    a.respond_ja,
    (SELECT '{' || ifnull(group_concat('"' || replace(replace(name, '\', '\\'), '"', '\"') || '":"' ||
            CASE WHEN value GLOB '*[' || char(1) || '-' || char(31) || ']*' THEN
                (WITH RECURSIVE escaped(upto, text) AS (
                     SELECT 0, replace(replace(value, '\', '\\'), '"', '\"') UNION ALL
                     SELECT upto + 1, replace(text, char(upto + 1), printf('\u%04x', upto + 1))
                     FROM escaped WHERE upto < 31)
                 SELECT text FROM escaped WHERE upto = 31)
            ELSE replace(replace(value, '\', '\\'), '"', '\"') END || '"', ','), '') || '}'
         FROM (SELECT name, value FROM alert_property WHERE alert = a.id ORDER BY n)),
    (SELECT '[' || ifnull(group_concat('"' ||
            CASE WHEN value GLOB '*[' || char(1) || '-' || char(31) || ']*' THEN
                (WITH RECURSIVE escaped(upto, text) AS (
                     SELECT 0, replace(replace(value, '\', '\\'), '"', '\"') UNION ALL
                     SELECT upto + 1, replace(text, char(upto + 1), printf('\u%04x', upto + 1))
                     FROM escaped WHERE upto < 31)
                 SELECT text FROM escaped WHERE upto = 31)
            ELSE replace(replace(value, '\', '\\'), '"', '\"') END || '"', ','), '') || ']'
         FROM (SELECT value FROM alert_entity WHERE alert = a.id ORDER BY n)),
    (SELECT count(*) FROM alert_record WHERE alert = a.id)
FROM alert a WHERE a.superseded IS NULL;

CREATE VIEW alert_history( -- How each alert came to be what it is: one row for each change, alerts that are gone included.
    change,        -- number, rising with every change
    alert_id,      -- as in alerts
    t_us,          -- when, by the run's clock, microseconds since 1970
    t,             -- when, RFC 3339 UTC
    what,          -- created, updated, superseded, withdrawn, reopened, status
    detail,        -- what changed
    revision,      -- of the alert after the change
    type,          -- the alert's type
    title,         -- one line, English
    entity,        -- the resource it is about
    start_us,      -- the alert's first evidence, as known today, microseconds since 1970
    living,        -- 1: stands in alerts; 0: superseded or withdrawn
    superseded_by  -- alert_id of the alert that took its place; NULL without one
) AS
SELECT
    c.id,
    c.uid,
    c.at,
    strftime('%Y-%m-%dT%H:%M:%S', c.at / 1000000 - (c.at % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (c.at % 1000000 + 1000000) % 1000000),
    c.what,
    c.detail,
    c.revision,
    (SELECT text FROM name WHERE id = a.type),
    a.title_en,
    a.entity,
    a.t0,
    a.id IS NOT NULL AND a.superseded IS NULL,
    nullif(a.superseded, '')
FROM alert_change c LEFT JOIN alert a ON a.uid = c.uid;

CREATE VIEW alert_reasons( -- Why each living alert was raised, and what its confidence is made of: what `alerts explain` tells.
    alert_id,  -- as in alerts
    n,         -- place within the alert
    kind,      -- tier: seen against the threshold, in the strongest window; baseline; coverage; confidence: percent points;
               -- pattern: why it looks like a monitor
    tier,      -- of the thresholds; NULL where it is not of one
    name,      -- the catalogue's parameter, or what else was looked at
    value,     -- what was seen, as text; NULL where it is only set
    threshold, -- what it takes, as written in the catalogue or the configuration; NULL where there is none
    note       -- where the threshold is from, or what the value means; NULL nothing
) AS
SELECT
    a.uid,
    b.n,
    CASE b.kind WHEN 0 THEN 'tier' WHEN 1 THEN 'baseline' WHEN 2 THEN 'coverage' WHEN 3 THEN 'confidence'
        WHEN 4 THEN 'pattern' END,
    nullif(b.tier, ''),
    b.name,
    nullif(b.value, ''),
    nullif(b.threshold, ''),
    nullif(b.note, '')
FROM alert_basis b JOIN alert a ON a.id = b.alert WHERE a.superseded IS NULL;

CREATE VIEW alert_evidence( -- The records that alerts rest on, up to 50 for each: copies that outlive the flows.
    alert_id,  -- as in alerts
    n,         -- place within the alert, in order of time
    t_us,      -- microseconds since 1970
    t,         -- RFC 3339 UTC
    sensor,    -- zeek, suricata
    uid,       -- Zeek's uid or Suricata's flow_id, as text; NULL when the log had none
    orig,      -- originator: who opened the connection
    orig_port, -- its port; ICMP: type
    resp,      -- responder
    resp_port, -- its port; ICMP: code
    proto,     -- tcp, udp, icmp, icmp6, else the IANA number
    service,   -- what the sensor detected; NULL unknown
    what,      -- attempt, failed login, login, probe, contact, signature …
    seen_by,   -- which sensors saw the connection: zeek; suricata; zeek, suricata
    twin_uid   -- where both did: Suricata's flow_id, as text; NULL otherwise
) AS
SELECT
    a.uid,
    (SELECT count(*) FROM alert_record b WHERE b.alert = r.alert AND b.n < r.n),
    r.t,
    strftime('%Y-%m-%dT%H:%M:%S', r.t / 1000000 - (r.t % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (r.t % 1000000 + 1000000) % 1000000),
    CASE r.sensor WHEN 1 THEN 'zeek' WHEN 2 THEN 'suricata' END,
    CAST(r.uid AS TEXT),
    CASE WHEN r.orig < 2147483648
         THEN printf('%d.%d.%d.%d', (r.orig >> 24) + 128, (r.orig >> 16) & 255, (r.orig >> 8) & 255, r.orig & 255)
         ELSE (SELECT text FROM address6 WHERE id = r.orig) END,
    r.orig_port,
    CASE WHEN r.resp < 2147483648
         THEN printf('%d.%d.%d.%d', (r.resp >> 24) + 128, (r.resp >> 16) & 255, (r.resp >> 8) & 255, r.resp & 255)
         ELSE (SELECT text FROM address6 WHERE id = r.resp) END,
    r.resp_port,
    CASE r.proto WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 1 THEN 'icmp' WHEN 58 THEN 'icmp6'
        WHEN 0 THEN NULL ELSE CAST(r.proto AS TEXT) END,
    r.service,
    r.what,
    CASE WHEN r.twin_uid IS NOT NULL THEN 'zeek, suricata'
         WHEN r.sensor = 1 THEN 'zeek' WHEN r.sensor = 2 THEN 'suricata' END,
    CAST(r.twin_uid AS TEXT)
FROM alert_record r JOIN alert a ON a.id = r.alert;

CREATE VIEW flows( -- Connection records, one row for each that a sensor wrote: what Zeek and Suricata both saw
    -- stands twice; WHERE twin = 0 counts it once.
    -- No index: a query scans all rows, faster by numbers (t_us, resp_port) than by texts.
    flow,          -- row number, in the order of reading
    t_us,          -- first packet, microseconds since 1970
    t,             -- first packet, RFC 3339 UTC
    sensor,        -- zeek, suricata
    source,        -- path of the log that it was read from
    uid,           -- Zeek's uid or Suricata's flow_id, as text; NULL when the log had none
    orig,          -- originator: who opened the connection
    orig_port,     -- its port; ICMP: type
    resp,          -- responder
    resp_port,     -- its port; ICMP: code
    proto,         -- tcp, udp, icmp, icmp6, else the IANA number
    proto_number,  -- IANA number
    service,       -- what the sensor detected (ssh, dns, …); NULL nothing
    conn_state,    -- S0, SF, REJ, … in Zeek's terms, for Suricata the nearest of them; NULL unknown
    answer,        -- none: refused or unanswered; empty: connected, payload one way at most; data: payload both ways
    flags,         -- what to know about the record, commas between; NULL nothing: opening-unseen,
                   -- flipped (the sensor swapped the ends), approximate-bytes, no-bytes, state-only
    duration_us,   -- first to last packet, microseconds; NULL unknown, as are the counts below
    orig_bytes,    -- payload sent by the originator
    resp_bytes,    -- payload sent by the responder
    orig_pkts,     -- packets sent by the originator
    resp_pkts,     -- packets sent by the responder
    orig_ip_bytes, -- bytes with IP headers sent by the originator
    resp_ip_bytes, -- bytes with IP headers sent by the responder
    missed_bytes,  -- Zeek: content that the sensor did not get
    history,       -- Zeek's letters for what happened; NULL for Suricata
    twin           -- 1: a record of Suricata's, of a connection with one of our addresses that Zeek's
                   -- records tell of, too; known once alerts were brought up to date
) AS
SELECT
    f.id,
    f.t,
    strftime('%Y-%m-%dT%H:%M:%S', f.t / 1000000 - (f.t % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (f.t % 1000000 + 1000000) % 1000000),
    CASE (SELECT sensor FROM stretch WHERE first <= f.id ORDER BY first DESC LIMIT 1) WHEN 1 THEN 'zeek' WHEN 2 THEN 'suricata' END,
    (SELECT path FROM source WHERE id = (SELECT source FROM stretch WHERE first <= f.id ORDER BY first DESC LIMIT 1)),
    CAST(f.uid AS TEXT),
    CASE WHEN f.orig < 2147483648
         THEN printf('%d.%d.%d.%d', (f.orig >> 24) + 128, (f.orig >> 16) & 255, (f.orig >> 8) & 255, f.orig & 255)
         ELSE (SELECT text FROM address6 WHERE id = f.orig) END,
    f.orig_port,
    CASE WHEN f.resp < 2147483648
         THEN printf('%d.%d.%d.%d', (f.resp >> 24) + 128, (f.resp >> 16) & 255, (f.resp >> 8) & 255, f.resp & 255)
         ELSE (SELECT text FROM address6 WHERE id = f.resp) END,
    f.resp_port,
    CASE f.proto WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 1 THEN 'icmp' WHEN 58 THEN 'icmp6'
        WHEN 0 THEN NULL ELSE CAST(f.proto AS TEXT) END,
    f.proto,
    (SELECT text FROM name WHERE id = f.service),
    CASE (f.outcome >> 2) & 15 WHEN 1 THEN 'S0' WHEN 2 THEN 'S1' WHEN 3 THEN 'SF' WHEN 4 THEN 'REJ' 
        WHEN 5 THEN 'S2' WHEN 6 THEN 'S3' WHEN 7 THEN 'RSTO' WHEN 8 THEN 'RSTR' 
        WHEN 9 THEN 'RSTOS0' WHEN 10 THEN 'RSTRH' WHEN 11 THEN 'SH' 
        WHEN 12 THEN 'SHR' WHEN 13 THEN 'OTH' END,
    CASE f.outcome & 3 WHEN 0 THEN 'none' WHEN 1 THEN 'empty' WHEN 2 THEN 'data' END,
    nullif(ltrim(CASE WHEN f.outcome & 64 THEN ',opening-unseen' ELSE '' END
        || CASE WHEN f.outcome & 128 THEN ',flipped' ELSE '' END
        || CASE WHEN f.outcome & 256 THEN ',approximate-bytes' ELSE '' END
        || CASE WHEN f.outcome & 512 THEN ',no-bytes' ELSE '' END
        || CASE WHEN f.outcome & 1024 THEN ',state-only' ELSE '' END, ','), ''),
    f.duration,
    f.orig_bytes,
    f.resp_bytes,
    f.orig_pkts,
    f.resp_pkts,
    f.orig_headers + ifnull(f.orig_bytes, 0)
        + CASE WHEN f.proto <> 6 THEN 28 WHEN f.outcome & 256 THEN 46 ELSE 40 END
            * ifnull(min(f.orig_pkts, 1000000000000000), 0),
    f.resp_headers + ifnull(f.resp_bytes, 0)
        + CASE WHEN f.proto <> 6 THEN 28 WHEN f.outcome & 256 THEN 46 ELSE 40 END
            * ifnull(min(f.resp_pkts, 1000000000000000), 0),
    f.missed_bytes,
    (SELECT text FROM name WHERE id = f.history),
    f.id IN (SELECT flow FROM twin)
FROM flow f;

CREATE VIEW attempts( -- Login attempts and successes at our addresses or by them: what brute-force types count.
    -- What two sensors saw stands once.
    t_us,      -- microseconds since 1970
    t,         -- RFC 3339 UTC
    direction, -- incoming: at our server; outgoing: by our client
    service,   -- login service: ssh, rdp, …
    own,       -- address of ours that is judged
    remote,    -- the other address
    port,      -- the server's
    outcome,   -- attempt: answered, and no more is known; failure, success: the log says so; session: inferred
               -- from size or length
    guesses,   -- tries inside the connection, as far as the log tells; 0 for a success
    counted,   -- what detection counts of them: 0 where use is not guessing
    internal,  -- 1: both ends are ours
    flow,      -- its row in flows; NULL when only a login record tells of it
    uid        -- Zeek's uid or Suricata's flow_id of that flow, else of the login record; NULL when the log had none
) AS
SELECT
    p.t,
    strftime('%Y-%m-%dT%H:%M:%S', p.t / 1000000 - (p.t % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (p.t % 1000000 + 1000000) % 1000000),
    CASE p.direction WHEN 1 THEN 'incoming' WHEN 2 THEN 'outgoing' END,
    (SELECT text FROM name WHERE id = p.service),
    CASE WHEN p.own < 2147483648
         THEN printf('%d.%d.%d.%d', (p.own >> 24) + 128, (p.own >> 16) & 255, (p.own >> 8) & 255, p.own & 255)
         ELSE (SELECT text FROM address6 WHERE id = p.own) END,
    CASE WHEN p.remote < 2147483648
         THEN printf('%d.%d.%d.%d', (p.remote >> 24) + 128, (p.remote >> 16) & 255, (p.remote >> 8) & 255, p.remote & 255)
         ELSE (SELECT text FROM address6 WHERE id = p.remote) END,
    p.port,
    CASE p.kind WHEN 0 THEN 'attempt' WHEN 1 THEN 'failure' WHEN 2 THEN 'success' WHEN 3 THEN 'session' END,
    p.tries,
    p.weight,
    p.internal,
    nullif((SELECT flow FROM session WHERE ident = p.ident), 0),
    CAST(ifnull((SELECT uid FROM flow WHERE id = (SELECT flow FROM session WHERE ident = p.ident)),
        (SELECT uid FROM login WHERE id = (SELECT login FROM session WHERE ident = p.ident))) AS TEXT)
FROM attempt p;

CREATE VIEW signatures( -- Signatures that fired (Suricata alerts), and notices of Zeek.
    -- A notice has gid and sid 0, its type as name, and is evidence that raises no alert by itself.
    signature,    -- row number
    t_us,         -- microseconds since 1970
    t,            -- RFC 3339 UTC
    sensor,       -- zeek, suricata
    source,       -- path of the log that it was read from
    uid,          -- Zeek's uid or Suricata's flow_id, as text; NULL when the log had none
    orig,         -- the client where client_known is 1, else the packet's source
    orig_port,    -- its port; ICMP: type
    resp,         -- the other end; NULL when a notice names one address only
    resp_port,    -- its port; ICMP: code
    proto,        -- tcp, udp, icmp, icmp6, else the IANA number
    gid,          -- generator
    sid,          -- signature's number
    rev,          -- its revision
    name,         -- its text; Zeek: the type of the notice
    category,     -- its class in words
    message,      -- Zeek: what the notice says of this event
    action,       -- allowed, blocked
    severity,     -- the sensor's: 1 is gravest; NULL unknown
    client_known, -- 1: orig is the client
    answer        -- of its flow so far: none, empty, data, as in flows
) AS
SELECT
    g.id,
    g.t,
    strftime('%Y-%m-%dT%H:%M:%S', g.t / 1000000 - (g.t % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (g.t % 1000000 + 1000000) % 1000000),
    CASE g.sensor WHEN 1 THEN 'zeek' WHEN 2 THEN 'suricata' END,
    (SELECT path FROM source WHERE id = g.source),
    CAST(g.uid AS TEXT),
    CASE WHEN g.orig < 2147483648
         THEN printf('%d.%d.%d.%d', (g.orig >> 24) + 128, (g.orig >> 16) & 255, (g.orig >> 8) & 255, g.orig & 255)
         ELSE (SELECT text FROM address6 WHERE id = g.orig) END,
    g.orig_port,
    CASE WHEN g.sensor = 1 AND g.resp = -2147483648 THEN NULL WHEN g.resp < 2147483648
         THEN printf('%d.%d.%d.%d', (g.resp >> 24) + 128, (g.resp >> 16) & 255, (g.resp >> 8) & 255, g.resp & 255)
         ELSE (SELECT text FROM address6 WHERE id = g.resp) END,
    g.resp_port,
    CASE g.proto WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 1 THEN 'icmp' WHEN 58 THEN 'icmp6'
        WHEN 0 THEN NULL ELSE CAST(g.proto AS TEXT) END,
    g.gid,
    g.sid,
    g.rev,
    (SELECT text FROM name WHERE id = g.name),
    (SELECT text FROM name WHERE id = g.category),
    g.message,
    (SELECT text FROM name WHERE id = g.action),
    nullif(g.severity, 0),
    g.client_known,
    CASE g.answer WHEN 0 THEN 'none' WHEN 1 THEN 'empty' WHEN 2 THEN 'data' END
FROM signature g;

CREATE VIEW lookups( -- Names that clients asked for (DNS), or asked servers by (TLS, HTTP).
    -- No index: a query scans all rows; through `tocsin query` only, since names are kept packed.
    -- Suricata tells of a DNS question and of its answer apart.
    lookup,    -- row number, in the order of reading
    t_us,      -- microseconds since 1970
    t,         -- RFC 3339 UTC
    sensor,    -- zeek, suricata
    source,    -- path of the log that it was read from
    uid,       -- Zeek's uid or Suricata's flow_id, as text; NULL when the log had none
    kind,      -- dns, tls, http
    name,      -- lower case, without a dot at its end; '' of tls without a name
    client,    -- who asked
    client_port, -- its port
    server,    -- the resolver that was asked (dns), or the server that has the name
    server_port, -- its port
    proto,     -- tcp, udp, else the IANA number
    outcome,   -- dns: asked, answered, nxdomain (there is no such name); NULL otherwise
    answers,   -- dns: the addresses in the answer, commas between; NULL without any
    fingerprints -- tls: ja3:…, ja3s:…, ja4:…, sha1:… or sha256:… of the certificate, blanks between; NULL without any
) AS
SELECT
    l.id,
    l.t,
    strftime('%Y-%m-%dT%H:%M:%S', l.t / 1000000 - (l.t % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (l.t % 1000000 + 1000000) % 1000000),
    CASE l.sensor WHEN 1 THEN 'zeek' WHEN 2 THEN 'suricata' END,
    (SELECT path FROM source WHERE id = l.source),
    CAST(l.uid AS TEXT),
    CASE l.outcome & 3 WHEN 1 THEN 'dns' WHEN 2 THEN 'tls' WHEN 3 THEN 'http' END,
    l.name,
    CASE WHEN l.orig < 2147483648
         THEN printf('%d.%d.%d.%d', (l.orig >> 24) + 128, (l.orig >> 16) & 255, (l.orig >> 8) & 255, l.orig & 255)
         ELSE (SELECT text FROM address6 WHERE id = l.orig) END,
    l.orig_port,
    CASE WHEN l.resp < 2147483648
         THEN printf('%d.%d.%d.%d', (l.resp >> 24) + 128, (l.resp >> 16) & 255, (l.resp >> 8) & 255, l.resp & 255)
         ELSE (SELECT text FROM address6 WHERE id = l.resp) END,
    l.resp_port,
    CASE l.proto WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 0 THEN NULL ELSE CAST(l.proto AS TEXT) END,
    CASE WHEN l.outcome & 3 = 1 THEN CASE WHEN l.outcome & 8 THEN 'nxdomain'
        WHEN l.outcome & 4 THEN 'answered' ELSE 'asked' END END,
    l.answers,
    l.prints
FROM lookup l;

CREATE VIEW indicators( -- Threat-intelligence indicators, those that a feed has dropped included.
    feed,           -- name of the feed
    format,         -- its format: plain, zeek-intel, suricata-iprep, stix, …
    kind,           -- network, domain, fingerprint
    network,        -- address, network, domain or fingerprint: 198.51.100.7, 198.51.100.0/24, example.com, ja3:…
    category,       -- c2, malware, sinkhole, scanner, blocklist, allow
    valid_from_us,  -- counts for traffic from then on, microseconds since 1970; NULL: always
    valid_from,     -- the same, RFC 3339 UTC
    valid_until_us, -- counts for traffic before then, microseconds since 1970; NULL: for ever
    valid_until,    -- the same, RFC 3339 UTC
    ended_us,       -- import that no longer had it, microseconds since 1970; NULL: the feed has it
    ended,          -- the same, RFC 3339 UTC
    note            -- what the feed says of it
) AS
SELECT
    d.name,
    d.format,
    CASE c.kind WHEN 0 THEN 'network' WHEN 1 THEN 'domain' WHEN 2 THEN 'fingerprint' END,
    CASE WHEN k.names THEN e.key
         ELSE printf('%d.%d.%d.%d', ((max(p.first, 0) >> 8) + e.value) >> 24, ((max(p.first, 0) >> 8) + e.value) >> 16 & 255,
             ((max(p.first, 0) >> 8) + e.value) >> 8 & 255, (max(p.first, 0) >> 8) + e.value & 255) END,
    CASE c.category WHEN 1 THEN 'c2' WHEN 2 THEN 'malware' WHEN 3 THEN 'sinkhole'
        WHEN 4 THEN 'scanner' WHEN 5 THEN 'blocklist' WHEN 6 THEN 'allow' END,
    c.since,
    strftime('%Y-%m-%dT%H:%M:%S', c.since / 1000000 - (c.since % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (c.since % 1000000 + 1000000) % 1000000),
    c.until,
    strftime('%Y-%m-%dT%H:%M:%S', c.until / 1000000 - (c.until % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (c.until % 1000000 + 1000000) % 1000000),
    c.ended,
    strftime('%Y-%m-%dT%H:%M:%S', c.ended / 1000000 - (c.ended % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (c.ended % 1000000 + 1000000) % 1000000),
    c.note
FROM indicator_page p CROSS JOIN feed d ON d.id = p.feed CROSS JOIN (SELECT 0 AS names UNION ALL SELECT 1) k
CROSS JOIN json_each(CASE WHEN k.names THEN p.names ELSE '[' || trim(p.addresses, ',') || ']' END) e
CROSS JOIN claim c ON c.feed = p.feed AND c.id = CASE WHEN k.names THEN e.value ELSE p.claim END;

CREATE VIEW flagged_days( -- Traffic from sources that feeds or reputation signatures name: one row for each resource and day.
    -- Most of it raises no alert: single tries at ports that refuse them. What does has its own rows in alerts.
    day,          -- UTC, 2026-03-02
    own,          -- address of ours
    sources,      -- flagged addresses that came
    ports,        -- ports that they came to
    connections,  -- connections, and signatures where no connection is known
    answered,     -- of these: answered with payload
    alerts,       -- ports with an alert of Network_TrafficFromUnrecommendedIP that day, whose sources are among those
    quiet_sources,     -- addresses that stand in no alert of that day
    quiet_connections, -- connections to ports without an alert
    busiest       -- the source with most connections, and how many: '203.0.113.9 [12]'
) AS
WITH named AS MATERIALIZED (
    SELECT c.own, c.remote, c.port * 256 + c.proto AS door, c.ident, c.flags & 1 AS answered,
           (c.t - ((c.t % 86400000000) + 86400000000) % 86400000000) / 86400000000 AS day
    FROM contact c WHERE c.topic = (SELECT id FROM name WHERE text = 'Network_TrafficFromUnrecommendedIP') AND c.subject = 0
      AND c.leg = 0),
source AS (
    SELECT own, day, door, remote, count(DISTINCT ident) AS connections,
           count(DISTINCT CASE WHEN answered THEN ident END) AS answered,
           EXISTS (SELECT 1 FROM alert a WHERE a.type = (SELECT id FROM name WHERE text = 'Network_TrafficFromUnrecommendedIP')
                   AND a.own = named.own AND a.remote = 0 AND a.service = 0 AND a.part = day * 16777216 + door
                   AND a.superseded IS NULL) AS alerted
    FROM named GROUP BY own, day, door, remote),
total AS (
    SELECT own, day, remote, sum(connections) AS connections, max(alerted) AS alerted,
           row_number() OVER (PARTITION BY own, day ORDER BY sum(connections) DESC, min(remote, 4294967296),
               (SELECT ip FROM address6 WHERE id = remote)) AS place
    FROM source GROUP BY own, day, remote)
SELECT
    date(s.day * 86400, 'unixepoch'),
    CASE WHEN s.own < 2147483648
         THEN printf('%d.%d.%d.%d', (s.own >> 24) + 128, (s.own >> 16) & 255, (s.own >> 8) & 255, s.own & 255)
         ELSE (SELECT text FROM address6 WHERE id = s.own) END,
    count(DISTINCT s.remote),
    count(DISTINCT s.door),
    sum(s.connections),
    sum(s.answered),
    count(DISTINCT CASE WHEN s.alerted THEN s.door END),
    (SELECT count(*) FROM total t WHERE t.own = s.own AND t.day = s.day AND NOT t.alerted),
    sum(CASE WHEN s.alerted THEN 0 ELSE s.connections END),
    (SELECT CASE WHEN t.remote < 2147483648
         THEN printf('%d.%d.%d.%d', (t.remote >> 24) + 128, (t.remote >> 16) & 255, (t.remote >> 8) & 255, t.remote & 255)
         ELSE (SELECT text FROM address6 WHERE id = t.remote) END || ' [' || t.connections || ']'
     FROM total t WHERE t.own = s.own AND t.day = s.day AND t.place = 1)
FROM source s GROUP BY s.own, s.day;

CREATE VIEW sightings( -- Traffic with outside addresses that feeds name, whatever the category, alert or not: one row for each of our
    -- addresses, listed address, who opened the connections, and feed.
    own,          -- address of ours
    remote,       -- the listed address
    role,         -- of the listed address: source: it came to us; destination: our machine went to it
    feed,         -- name of the feed
    networks,     -- the feed's entries, commas between: the address, networks that it lies in
    category,     -- c2, malware, sinkhole, scanner, blocklist: of several the first
    connections,  -- at times at which the feed named the address; what two sensors saw counts once
    answered,     -- of these: answered with payload
    ports,        -- different ports of the server; 0 where the protocol has none
    protocols,    -- tcp, udp, icmp, … commas between; icmp to a destination often only says that nothing is there
    first_us,     -- first connection, microseconds since 1970
    first,        -- the same, RFC 3339 UTC
    last_us,      -- last connection, microseconds since 1970
    last          -- the same, RFC 3339 UTC
) AS
WITH entry AS MATERIALIZED (
    SELECT l.remote, d.name AS feed, l.network, c.category, ifnull(c.since, -9223372036854775808) AS since,
           min(ifnull(c.until, 9223372036854775807), ifnull(c.ended, 9223372036854775807)) AS until
    FROM listed l CROSS JOIN feed d
    CROSS JOIN indicator_page p ON p.id = (
        SELECT id FROM indicator_page WHERE feed = d.id AND first <= l.key ORDER BY first DESC LIMIT 1)
    CROSS JOIN claim c ON c.feed = d.id AND c.id IN (
        SELECT p.claim WHERE l.key & 255 = 32 AND instr(p.addresses, ',' || ((l.key >> 8) - (max(p.first, 0) >> 8)) || ',')
        UNION ALL -- most pages need not be taken apart
        SELECT value FROM json_each(CASE WHEN instr(p.names, '"' || l.network || '":') THEN p.names END) WHERE key = l.network)
    WHERE c.category <> 6),
sighting AS (
    SELECT c.own, c.remote, c.flags & 2 AS inbound, e.feed,
           group_concat(DISTINCT e.network) AS networks, min(e.category) AS category,
           count(DISTINCT ifnull(c.conn, c.ident)) AS connections,
           count(DISTINCT CASE WHEN c.flags & 1 THEN ifnull(c.conn, c.ident) END) AS answered,
           count(DISTINCT nullif(c.port, 0)) AS ports,
           ltrim(max(CASE c.proto WHEN 6 THEN ',tcp' ELSE '' END) || max(CASE c.proto WHEN 17 THEN ',udp' ELSE '' END)
               || max(CASE c.proto WHEN 1 THEN ',icmp' ELSE '' END) || max(CASE c.proto WHEN 58 THEN ',icmp6' ELSE '' END)
               || ifnull(',' || group_concat(DISTINCT CASE WHEN c.proto NOT IN (6, 17, 1, 58) THEN c.proto END), ''),
               ',') AS protocols,
           min(c.t) AS t0, max(c.t) AS t1
    FROM contact c JOIN entry e ON e.remote = c.remote AND c.t >= e.since AND c.t < e.until
    WHERE c.topic = (SELECT id FROM name WHERE text = 'Network_TrafficFromUnrecommendedIP') AND c.leg = 0
      AND c.subject <> ifnull((SELECT id FROM name WHERE text = 'unlearned'), -1)
    GROUP BY c.own, c.remote, c.flags & 2, e.feed)
SELECT
    CASE WHEN s.own < 2147483648
         THEN printf('%d.%d.%d.%d', (s.own >> 24) + 128, (s.own >> 16) & 255, (s.own >> 8) & 255, s.own & 255)
         ELSE (SELECT text FROM address6 WHERE id = s.own) END,
    CASE WHEN s.remote < 2147483648
         THEN printf('%d.%d.%d.%d', (s.remote >> 24) + 128, (s.remote >> 16) & 255, (s.remote >> 8) & 255, s.remote & 255)
         ELSE (SELECT text FROM address6 WHERE id = s.remote) END,
    CASE WHEN s.inbound THEN 'source' ELSE 'destination' END,
    s.feed,
    s.networks,
    CASE s.category WHEN 1 THEN 'c2' WHEN 2 THEN 'malware' WHEN 3 THEN 'sinkhole'
        WHEN 4 THEN 'scanner' WHEN 5 THEN 'blocklist' END,
    s.connections,
    s.answered,
    s.ports,
    s.protocols,
    s.t0,
    strftime('%Y-%m-%dT%H:%M:%S', s.t0 / 1000000 - (s.t0 % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (s.t0 % 1000000 + 1000000) % 1000000),
    s.t1,
    strftime('%Y-%m-%dT%H:%M:%S', s.t1 / 1000000 - (s.t1 % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (s.t1 % 1000000 + 1000000) % 1000000)
FROM sighting s;

CREATE VIEW sources( -- Logs that were read: one row for each file, however often it was renamed or compressed.
    source,      -- row number
    path,        -- under which it was last read
    format,      -- zeek-tsv, zeek-json, eve
    bytes_read,  -- of its text, when compressed of the text inside
    lines,       -- lines read
    stored,      -- of these: kept as records
    ignored,     -- of these: well-formed, but nothing that is kept
    rejected,    -- of these: not what they claimed to be (tocsin status --rejects)
    ignored_as,  -- the ignored lines by kind: 'headers and blank lines 9, other Zeek logs 40'; NULL without any
    rejected_as, -- the rejected lines by reason, likewise
    modified_us, -- the file's time when it was last read, microseconds since 1970
    modified     -- the same, RFC 3339 UTC
) AS
SELECT
    s.id,
    s.path,
    CASE s.format WHEN 1 THEN 'zeek-tsv' WHEN 2 THEN 'zeek-json' WHEN 3 THEN 'eve' ELSE 'unknown' END,
    s.offset,
    s.lines,
    s.stored,
    s.ignored,
    s.rejected,
    (SELECT group_concat(what, ', ') FROM (SELECT
         CASE reason WHEN 1 THEN 'headers and blank lines' WHEN 2 THEN 'other Zeek logs' WHEN 3 THEN
             'other EVE events' WHEN 4 THEN 'open connections' WHEN 5 THEN 'no login' WHEN 6 THEN 'no name'
             WHEN 7 THEN 'no address' WHEN 8 THEN 'EVE netflow' WHEN 9 THEN 'EVE anomaly' WHEN 10 THEN
             'EVE stats' END || ' ' || lines AS what
         FROM source_count WHERE source = s.id AND rejected = 0 ORDER BY reason)),
    (SELECT group_concat(what, ', ') FROM (SELECT
         CASE reason WHEN 1 THEN 'not a JSON object, or cut short' WHEN 2 THEN 'the wrong number of columns'
             WHEN 3 THEN 'a row before any header' WHEN 4 THEN 'no readable time' WHEN 5 THEN
             'no readable address' WHEN 6 THEN 'no readable port' WHEN 7 THEN 'a count that is no number' WHEN
             8 THEN 'line too long' WHEN 9 THEN 'nested too deep' WHEN 10 THEN 'NUL bytes inside the line'
             WHEN 11 THEN 'out of memory' END || ' ' || lines AS what
         FROM source_count WHERE source = s.id AND rejected = 1 ORDER BY reason)),
    s.mtime_ns / 1000,
    strftime('%Y-%m-%dT%H:%M:%S', (s.mtime_ns / 1000) / 1000000 - ((s.mtime_ns / 1000) % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', ((s.mtime_ns / 1000) % 1000000 + 1000000) % 1000000)
FROM source s;

CREATE VIEW baselines( -- Logins and attempts of each of our addresses by the hour and by the day: what is usual is learned from the logins.
    direction, -- incoming: at our server; outgoing: by our client
    service,   -- login service: ssh, rdp, …
    own,       -- address of ours
    per,       -- hour or day (UTC)
    start_us,  -- when it begins, microseconds since 1970
    start_time, -- when it begins, RFC 3339 UTC
    logins,    -- successes that the log states, and sessions inferred from size or length
    stated,    -- of these, those that the log states
    users,     -- distinct others that logged in
    attempts,  -- attempts as they count; they teach nothing
    guessers   -- distinct others with attempts that count
) AS
SELECT
    CASE r.direction WHEN 1 THEN 'incoming' WHEN 2 THEN 'outgoing' END,
    (SELECT text FROM name WHERE id = r.service),
    CASE WHEN r.own < 2147483648
         THEN printf('%d.%d.%d.%d', (r.own >> 24) + 128, (r.own >> 16) & 255, (r.own >> 8) & 255, r.own & 255)
         ELSE (SELECT text FROM address6 WHERE id = r.own) END,
    CASE r.span WHEN 1 THEN 'hour' ELSE 'day' END,
    r.bin * r.span * 3600000000,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.bin * r.span * 3600, 'unixepoch'),
    r.logins,
    r.stated,
    r.users,
    r.attempts,
    r.guessers
FROM rollup r;

CREATE VIEW runs( -- Runs that changed something.
    run,            -- row number
    t_us,           -- the run's clock, microseconds since 1970
    t,              -- the run's clock, RFC 3339 UTC
    records,        -- new records looked at
    alerts_created, -- new alerts
    alerts_changed, -- alerts with a new revision
    alerts_ended,   -- alerts superseded or withdrawn
    note            -- what else was done, '' mostly
) AS
SELECT
    u.id,
    u.at,
    strftime('%Y-%m-%dT%H:%M:%S', u.at / 1000000 - (u.at % 1000000 < 0), 'unixepoch')
        || printf('.%06dZ', (u.at % 1000000 + 1000000) % 1000000),
    u.records,
    u.created,
    u.changed,
    u.ended,
    u.note
FROM run u;
