-- Where everything is kept. Addresses and texts stand as ids (see store/store.h): an IPv4 address is
-- the number less 2^31, an IPv6 address an id from 2^32 on, a text an id into `name`.
-- Times are microseconds since 1970-01-01T00:00:00Z. A count that a log did not give is NULL.
-- The tables may change from version to version; the views (views.sql) are the contract.

CREATE TABLE state (              -- small notes: fingerprints, how far the facts have got
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE setting (            -- what a person said that later runs go by
    name  TEXT PRIMARY KEY,       -- 'home', 'judged home'
    text  TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE learning (           -- what a person said of what may be learned (correlate/usual/learning.h)
    what    INTEGER NOT NULL,     -- enum learning_what
    own     INTEGER,              -- address id, NULL: all
    service TEXT NOT NULL,        -- '': all
    hour    INTEGER NOT NULL      -- nothing from this hour on, or nothing before it; since 1970
);

CREATE TABLE name (               -- texts that repeat: services, signature names, subjects
    id    INTEGER PRIMARY KEY,
    text  TEXT NOT NULL UNIQUE
);

CREATE TABLE address6 (           -- IPv6 addresses, interned
    id    INTEGER PRIMARY KEY,    -- from 2^32 on
    ip    BLOB NOT NULL UNIQUE,   -- 16 bytes
    text  TEXT NOT NULL           -- RFC 5952
);

-- ---------------------------------------------------------------- what was read

CREATE TABLE source (             -- one row per file generation
    id            INTEGER PRIMARY KEY,
    path          TEXT NOT NULL,    -- under which it was last read
    format        INTEGER NOT NULL, -- enum format
    head_len      INTEGER NOT NULL, -- so many inflated bytes from its beginning …
    head_hash     INTEGER NOT NULL, -- … give this hash: that is who it is
    offset        INTEGER NOT NULL, -- inflated bytes read, at a line end
    tail_len      INTEGER NOT NULL DEFAULT 0, -- so many bytes before offset …
    tail_hash     INTEGER NOT NULL DEFAULT 0, -- … give this hash: files may begin alike and go on differently
    header_offset INTEGER NOT NULL, -- where the Zeek header in force begins, -1 without one
    lines         INTEGER NOT NULL,
    stored        INTEGER NOT NULL,
    ignored       INTEGER NOT NULL,
    rejected      INTEGER NOT NULL,
    device        INTEGER NOT NULL, -- the next four: a short cut for "nothing new in this file"
    inode         INTEGER NOT NULL,
    size          INTEGER NOT NULL,
    mtime_ns      INTEGER NOT NULL,
    sampling      INTEGER NOT NULL DEFAULT 0 -- its sensor sees one of so many, by the configuration; 0: not looked at yet
);
CREATE INDEX source_sampled ON source (id) WHERE sampling <> 1;
CREATE INDEX source_by_head ON source (head_len, head_hash);
CREATE INDEX source_by_file ON source (inode, device);

CREATE TABLE reject (             -- lines that were not what they claimed to be, the first of each kind
    source INTEGER NOT NULL,
    reason INTEGER NOT NULL,      -- enum reject
    offset INTEGER NOT NULL,
    line   INTEGER NOT NULL,
    text   BLOB NOT NULL,         -- as it stood, cut at 512 bytes
    PRIMARY KEY (source, reason, offset)
) WITHOUT ROWID;

CREATE TABLE source_count (       -- why lines of a source were ignored or rejected
    source   INTEGER NOT NULL,
    rejected INTEGER NOT NULL,    -- 0 ignored, 1 rejected
    reason   INTEGER NOT NULL,    -- enum ignore, enum reject
    lines    INTEGER NOT NULL,
    PRIMARY KEY (source, rejected, reason)
) WITHOUT ROWID;

CREATE TABLE flow (               -- one row per connection record; no other index: see `stretch`
    id            INTEGER PRIMARY KEY,
    outcome       INTEGER NOT NULL, -- answer + 4 * conn_state + 64 * flags (store/record.h); first, since every pass looks at it
    t             INTEGER NOT NULL, -- first packet
    orig          INTEGER NOT NULL, -- originator's address id
    resp          INTEGER NOT NULL,
    orig_port     INTEGER NOT NULL, -- ICMP: type
    resp_port     INTEGER NOT NULL, -- ICMP: code
    proto         INTEGER NOT NULL, -- IANA number
    service       INTEGER NOT NULL, -- name id of what the sensor detected, 0 nothing
    duration      INTEGER,          -- microseconds
    orig_bytes    INTEGER,          -- payload
    resp_bytes    INTEGER,
    orig_pkts     INTEGER,
    resp_pkts     INTEGER,
    uid           BLOB,             -- Zeek: text; Suricata: integer flow_id
    orig_headers  INTEGER,          -- IP bytes less payload, less 40 for each packet (Suricata, TCP: 46; not TCP: 28)
    resp_headers  INTEGER,
    missed_bytes  INTEGER,
    history       INTEGER           -- name id of Zeek's letters, 0 none
);

CREATE TABLE stretch (            -- flow rows that came together: who wrote them, and when they began
    first  INTEGER PRIMARY KEY,   -- first and last row of `flow`
    last   INTEGER NOT NULL,
    use    INTEGER NOT NULL,      -- enum flow_use: what may come of each of them
    source INTEGER NOT NULL,
    sensor INTEGER NOT NULL,      -- enum sensor
    t_min  INTEGER NOT NULL,      -- of their `t`: a span of time is found without an index on flow
    t_max  INTEGER NOT NULL
);

CREATE TABLE logged_hour (        -- hours in which any record began: in others the sensors were silent
    id   INTEGER PRIMARY KEY,     -- in the order in which they became known
    hour INTEGER NOT NULL UNIQUE  -- whole hours since 1970
);

CREATE TABLE health (             -- what sensors say of their own losses (store/record.h)
    id          INTEGER PRIMARY KEY, -- in the order in which it became known
    t           INTEGER NOT NULL,
    sensor      INTEGER NOT NULL,
    since       INTEGER NOT NULL,
    whole       INTEGER NOT NULL,
    lost        INTEGER NOT NULL,
    emergencies INTEGER NOT NULL,   -- -1 not told
    running     INTEGER NOT NULL,
    UNIQUE (sensor, t, since, whole, lost, emergencies, running)
);

CREATE TABLE coverage (           -- how much of an hour's traffic a sensor saw; bits stand for minutes
    sensor      INTEGER NOT NULL,
    hour        INTEGER NOT NULL,   -- whole hours since 1970
    logged      INTEGER NOT NULL DEFAULT 0, -- a connection began
    reported    INTEGER NOT NULL DEFAULT 0, -- the sensor reports of it
    torn        INTEGER NOT NULL DEFAULT 0, -- a connection began that was seen in part
    whole       INTEGER NOT NULL DEFAULT 0, -- what the sensor reports for the hour
    lost        INTEGER NOT NULL DEFAULT 0,
    emergencies INTEGER NOT NULL DEFAULT 0,
    fresh       INTEGER NOT NULL,   -- 1: alerts of the hour have not been told
    PRIMARY KEY (sensor, hour)
) WITHOUT ROWID;
CREATE INDEX coverage_fresh ON coverage (fresh) WHERE fresh = 1;
CREATE INDEX coverage_told ON coverage (hour) WHERE reported <> 0 OR torn <> 0;

CREATE TABLE login (              -- records that stand for a login by themselves: ssh.log, ftp.log, EVE …
    id           INTEGER PRIMARY KEY,
    t            INTEGER NOT NULL,
    source       INTEGER NOT NULL,
    sensor       INTEGER NOT NULL,
    uid          BLOB,
    orig         INTEGER NOT NULL,  -- the client
    resp         INTEGER NOT NULL,
    orig_port    INTEGER NOT NULL,
    resp_port    INTEGER NOT NULL,
    proto        INTEGER NOT NULL,
    service      INTEGER NOT NULL,  -- name id
    success      INTEGER,           -- 1, 0, NULL: the log does not say
    attempts     INTEGER,
    key_exchange INTEGER NOT NULL,
    one_try      INTEGER NOT NULL,  -- 1: one of perhaps several in its connection
    user         TEXT,
    client       TEXT
);

CREATE TABLE signature (          -- signatures that fired: EVE alert; notices of Zeek, with gid and sid 0
    id           INTEGER PRIMARY KEY,
    t            INTEGER NOT NULL,
    source       INTEGER NOT NULL,
    uid          BLOB,
    orig         INTEGER NOT NULL,
    resp         INTEGER NOT NULL,
    orig_port    INTEGER NOT NULL,
    resp_port    INTEGER NOT NULL,
    proto        INTEGER NOT NULL,
    gid          INTEGER NOT NULL,
    sid          INTEGER NOT NULL,
    rev          INTEGER NOT NULL,
    name         INTEGER NOT NULL,  -- name ids
    category     INTEGER NOT NULL,
    action       INTEGER NOT NULL,
    severity     INTEGER NOT NULL,
    client_known INTEGER NOT NULL,
    answer       INTEGER NOT NULL,
    sensor       INTEGER NOT NULL,
    message      TEXT               -- Zeek: what the notice says
);

CREATE TABLE lookup_page (        -- names that clients asked for (DNS), or asked servers by (TLS, HTTP)
    id     INTEGER PRIMARY KEY,     -- the table `lookup` of the program (store/lookup_table.c) shows each
    source INTEGER NOT NULL,        -- as a row, with the id page * 65536 + place in the page
    sensor INTEGER NOT NULL,
    rows   INTEGER NOT NULL,
    t_min  INTEGER NOT NULL,
    t_max  INTEGER NOT NULL,
    data   BLOB NOT NULL            -- store/lookup_page.h
);

CREATE TABLE later (              -- records from the future: looked at when the clock gets there
    kind INTEGER NOT NULL,        -- 0 flow, 1 login, 2 signature, 3 lookup
    id   INTEGER NOT NULL,        -- row of that table
    t    INTEGER NOT NULL,
    PRIMARY KEY (t, kind, id)
) WITHOUT ROWID;

CREATE TABLE feed (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    format   TEXT NOT NULL,
    imported INTEGER NOT NULL
);

CREATE TABLE claim (              -- what a feed says of some of its entries; history is kept
    feed     INTEGER NOT NULL,
    id       INTEGER NOT NULL,      -- counted for each feed, from 1
    kind     INTEGER NOT NULL,      -- enum indicator_kind
    category INTEGER NOT NULL,      -- enum indicator_category
    since    INTEGER,               -- valid from, NULL: always
    until    INTEGER,               -- valid until (excluded), NULL: for ever
    ended    INTEGER,               -- when an import no longer had them
    note     TEXT NOT NULL,
    entries  INTEGER NOT NULL,      -- so many entries it is said of
    PRIMARY KEY (feed, id)
) WITHOUT ROWID;

CREATE TABLE indicator_page (     -- entries of a feed, some hundreds to a row (store/indicator_page.h)
    id    INTEGER PRIMARY KEY,
    feed  INTEGER NOT NULL,
    first INTEGER NOT NULL,         -- its keys are from this one on: indicator_key_*() (store/indicator.h)
    claim INTEGER,                  -- made of the addresses, NULL without any
    addresses TEXT,                 -- ",0,6,255,": IPv4 addresses, counted from that of the first key (0 for a
                                  -- negative one); NULL: none
    names TEXT,                     -- {"198.51.100.0/24":1,"2001:db8::1":2}: all else, without /32 and /128, and
                                  -- the claim made of each; NULL: none
    UNIQUE (feed, first)
);

CREATE TABLE indicator_filter (   -- one row: which keys are there (util/bloom.h), so that few ask the table
    id   INTEGER PRIMARY KEY,
    keys INTEGER NOT NULL,          -- put in so far
    bits BLOB NOT NULL
);

-- ---------------------------------------------------------------- facts: what the queries look at

CREATE TABLE session (            -- what all logs together say of one connection to a login service
    ident INTEGER PRIMARY KEY,    -- the sensor's name for the connection, hashed
    twin  INTEGER,                -- Suricata's: ident of Zeek's session that speaks for both; 0 none, NULL not yet looked for
    flow  INTEGER NOT NULL,       -- its row, 0 without one
    login INTEGER NOT NULL,       -- row of the login record, 0 without one
    says  BLOB NOT NULL           -- whose it was, when, and how it ended: correlate/facts/session_row.h
);
CREATE INDEX session_by_twin ON session (twin) WHERE twin <> 0;

CREATE TABLE attempt (            -- one login attempt, or one success, by time
    direction INTEGER NOT NULL,
    service   INTEGER NOT NULL,
    own       INTEGER NOT NULL,
    remote    INTEGER NOT NULL,
    t         INTEGER NOT NULL,
    ident     INTEGER NOT NULL,
    weight    INTEGER NOT NULL,     -- what counts of it: 0 where use is not guessing (use.sql); first, since every query looks at it
    kind      INTEGER NOT NULL,     -- 0 attempt, 1 explicit failure, 2 success, 3 session inferred from size or length
    internal  INTEGER NOT NULL,
    roles     INTEGER NOT NULL DEFAULT 0,     -- of the client, bits: enum resource_role
    peer      INTEGER NOT NULL,     -- what counts as one other: remote, but an IPv6 source's /64
    tries     INTEGER NOT NULL,     -- weight as such; 0 for a success or session
    port      INTEGER NOT NULL,
    pool      INTEGER NOT NULL DEFAULT 0,     -- 0, or the group of pools and members that own belongs to
    leg       INTEGER NOT NULL DEFAULT 0,     -- enum leg (correlate/facts/legs.h): not 0 where the same traffic counts elsewhere, so weight 0
    scale     INTEGER NOT NULL DEFAULT 1,     -- so many connections it stands for: a sensor may see one of N
    PRIMARY KEY (direction, service, own, remote, t, ident)
) WITHOUT ROWID;
CREATE INDEX attempt_success ON attempt (direction, service, own, remote, t) WHERE kind >= 2;
CREATE INDEX attempt_excused ON attempt (direction, service, own, remote, t) WHERE weight <> tries AND leg = 0;
CREATE INDEX attempt_by_own ON attempt (direction, service, own, t, peer, weight, kind, internal, port, roles, scale);
CREATE INDEX attempt_of_pool ON attempt (pool, direction, service, remote, t) WHERE pool <> 0;

CREATE TABLE probe (              -- outgoing connections that failed, or carried traffic one way only; a
                                  -- one-way flow of over 10 minutes stands as pieces of 10 minutes
    own      INTEGER NOT NULL,
    t        INTEGER NOT NULL,
    ident    INTEGER NOT NULL,
    flags    INTEGER NOT NULL,      -- enum probe_flags (correlate/facts/shape.h); this and the next first: every query looks at them
    leg      INTEGER NOT NULL DEFAULT 0,      -- as in attempt
    remote   INTEGER NOT NULL,
    port     INTEGER NOT NULL,
    proto    INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    pkts     INTEGER NOT NULL,      -- sent
    bytes    INTEGER NOT NULL,
    flow     INTEGER NOT NULL,
    pool     INTEGER NOT NULL DEFAULT 0,      -- as in attempt
    scale    INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (own, t, ident)
) WITHOUT ROWID;
CREATE INDEX probe_of_pool ON probe (pool, remote, t) WHERE pool <> 0;

CREATE TABLE suspect (            -- addresses of ours that swept a port as a worm does: what else they do matters
    own      INTEGER PRIMARY KEY
);

CREATE TABLE contact (            -- traffic with an indicator, or a signature that speaks for a type
    topic    INTEGER NOT NULL,      -- name id of the alert type that it speaks for
    own      INTEGER NOT NULL,
    subject  INTEGER NOT NULL,      -- name id of what names it: "203.0.113.9", "198.51.100.0/24", "sid:2404300";
                                  -- of incoming traffic 0, or "unlearned" where nothing but being a stranger speaks;
                                  -- for a type about incoming traffic, others are of outgoing and only shown
    t        INTEGER NOT NULL,
    ident    INTEGER NOT NULL,
    remote   INTEGER NOT NULL,
    port     INTEGER NOT NULL,      -- the server's
    proto    INTEGER NOT NULL,
    flags    INTEGER NOT NULL,      -- enum contact_flags (correlate/facts/contacts.h)
    flow     INTEGER,               -- row of flow, NULL when a signature alone speaks
    signature INTEGER,              -- row of signature
    lookup   INTEGER,               -- row of lookup
    roles    INTEGER NOT NULL DEFAULT 0,      -- as in attempt
    pool     INTEGER NOT NULL DEFAULT 0,
    leg      INTEGER NOT NULL DEFAULT 0,
    scale    INTEGER NOT NULL DEFAULT 1,
    conn     INTEGER,               -- ident of Zeek's record of the same connection: the two count as one
    PRIMARY KEY (topic, own, subject, t, ident)
) WITHOUT ROWID;
CREATE INDEX contact_of_pool ON contact (pool, topic, subject, remote, t) WHERE pool <> 0;

CREATE TABLE listed (             -- outside addresses in `contact`, and what names them: indicators, in force or not
    remote  INTEGER NOT NULL,
    key     INTEGER NOT NULL,       -- of the address or network …
    network TEXT NOT NULL,          -- … as text
    PRIMARY KEY (remote, key)
) WITHOUT ROWID;

CREATE TABLE rollup (             -- attempts and logins of one of our addresses, hour by hour and day by day
    direction INTEGER NOT NULL,
    service   INTEGER NOT NULL,
    own       INTEGER NOT NULL,
    span      INTEGER NOT NULL,     -- 1: an hour, 24: a day (UTC)
    bin       INTEGER NOT NULL,     -- which hour or day since 1970
    logins    INTEGER NOT NULL,     -- successes that the log states, and sessions
    stated    INTEGER NOT NULL,     -- of these, those that the log states
    users     INTEGER NOT NULL,     -- distinct others that logged in
    attempts  INTEGER NOT NULL,     -- weighted, as they count
    guessers  INTEGER NOT NULL,     -- distinct others with attempts that count
    PRIMARY KEY (direction, service, own, span, bin)
) WITHOUT ROWID;

CREATE TABLE drift (              -- figures of what is usual that drift (correlate/usual/drift.h), so that each is told once
    direction INTEGER NOT NULL,
    service   INTEGER NOT NULL,
    own       INTEGER NOT NULL,
    metric    INTEGER NOT NULL,     -- enum usual_metric
    PRIMARY KEY (direction, service, own, metric)
) WITHOUT ROWID;

CREATE TABLE named (              -- connections whose server was asked by a name that a feed has
    topic INTEGER NOT NULL,
    ident INTEGER NOT NULL,
    t     INTEGER NOT NULL,
    PRIMARY KEY (topic, ident, t)
) WITHOUT ROWID;

CREATE TABLE talker (             -- addresses of ours that open connections, while there are indicators
    own INTEGER PRIMARY KEY
);

CREATE TABLE meeting (            -- which of our addresses deals with an indicator, out of `contact`
    topic   INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    own     INTEGER NOT NULL,
    t       INTEGER NOT NULL,       -- the first time
    PRIMARY KEY (topic, subject, own)
) WITHOUT ROWID;

CREATE TABLE widespread (         -- indicators that many of our addresses deal with: see reach.c
    topic    INTEGER NOT NULL,
    subject  INTEGER NOT NULL,
    believed INTEGER NOT NULL,      -- 0: no alert comes of it
    feed     INTEGER NOT NULL,      -- 0: it is itself widespread; else the feed all of whose entries are
    owns     INTEGER NOT NULL,      -- so many deal with it, or with the feed …
    machines INTEGER NOT NULL,      -- … of so many
    PRIMARY KEY (topic, subject)
) WITHOUT ROWID;

CREATE TABLE visit (              -- networks outside that a port of ours answered, and on which days (UTC)
    own      INTEGER NOT NULL,
    door     INTEGER NOT NULL,      -- port * 256 + protocol
    block    INTEGER NOT NULL,      -- 32 days, counted from 1970
    nets     BLOB NOT NULL,         -- networks and their days in it (correlate/facts/visitors.h)
    PRIMARY KEY (own, door, block)
) WITHOUT ROWID;

CREATE TABLE stranger (           -- of these, those that were not among the port's usual ones on a day
    topic    INTEGER NOT NULL,      -- name id of the alert type that it speaks for
    own      INTEGER NOT NULL,
    door     INTEGER NOT NULL,
    day      INTEGER NOT NULL,      -- since 1970
    net      INTEGER NOT NULL,
    PRIMARY KEY (topic, own, door, day, net)
) WITHOUT ROWID;

-- ---------------------------------------------------------------- two sensors
--
-- These stay empty until both Zeek and Suricata have been read.

CREATE TABLE trace (              -- who saw which connection, by hour and ends: also what events tell of facts
    slot     INTEGER NOT NULL,      -- hour since 1970; a record of Zeek's stands in every one that it comes near
    tuple    INTEGER NOT NULL,      -- both ends in order and the protocol, hashed
    sensor   INTEGER NOT NULL,
    t0       INTEGER NOT NULL,
    ident    INTEGER NOT NULL,      -- as in the facts
    what     INTEGER NOT NULL,      -- enum trace_what (correlate/facts/traces.h)
    duration INTEGER NOT NULL,
    own      INTEGER NOT NULL,      -- Suricata's: as in the facts
    flow     INTEGER NOT NULL,      -- Suricata's: its row, 0 without one
    twin     INTEGER,               -- Suricata's: ident of Zeek's record of the same connection; 0 none, NULL not yet looked for
    PRIMARY KEY (slot, tuple, sensor, t0, ident, flow)
) WITHOUT ROWID;

CREATE TABLE twin (               -- flows of Suricata's: Zeek tells of the same connection
    flow INTEGER PRIMARY KEY,
    zeek INTEGER NOT NULL           -- ident of Zeek's record
);
CREATE INDEX twin_by_zeek ON twin (zeek);

CREATE TABLE held_probe (         -- probes of Suricata's that do not count: Zeek tells of the same connection
    own      INTEGER NOT NULL,      -- columns as in probe; no leg is found before it counts
    t        INTEGER NOT NULL,
    ident    INTEGER NOT NULL,
    flags    INTEGER NOT NULL,
    leg      INTEGER NOT NULL DEFAULT 0,
    remote   INTEGER NOT NULL,
    port     INTEGER NOT NULL,
    proto    INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    pkts     INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    flow     INTEGER NOT NULL,
    pool     INTEGER NOT NULL,
    scale    INTEGER NOT NULL,
    PRIMARY KEY (own, t, ident)
) WITHOUT ROWID;

CREATE TABLE held_contact (       -- all contacts of Suricata's; those that count stand in `contact`, too
    ident    INTEGER NOT NULL,
    t        INTEGER NOT NULL,
    topic    INTEGER NOT NULL,
    own      INTEGER NOT NULL,
    subject  INTEGER NOT NULL,
    remote   INTEGER NOT NULL,
    port     INTEGER NOT NULL,
    proto    INTEGER NOT NULL,
    flags    INTEGER NOT NULL,
    flow     INTEGER,
    signature INTEGER,
    lookup   INTEGER,
    roles    INTEGER NOT NULL,
    pool     INTEGER NOT NULL,
    scale    INTEGER NOT NULL,
    PRIMARY KEY (ident, t, topic, own, subject)
) WITHOUT ROWID;

CREATE TABLE skew_sample (        -- of each day and sensor the tuples with the lowest hashes: what both have tells how far clocks are apart
    day    INTEGER NOT NULL,        -- since 1970
    sensor INTEGER NOT NULL,
    tuple  INTEGER NOT NULL,
    t0     INTEGER NOT NULL,
    ident  INTEGER NOT NULL,
    often  INTEGER NOT NULL,        -- 1: more than one connection that day
    PRIMARY KEY (day, sensor, tuple)
) WITHOUT ROWID;

CREATE TABLE skew (               -- how far Suricata's clock was ahead of Zeek's, by day
    day    INTEGER PRIMARY KEY,
    skew   INTEGER NOT NULL,        -- microseconds that are taken off; 0 with too few pairs
    median INTEGER NOT NULL,        -- as measured
    pairs  INTEGER NOT NULL
);

-- ---------------------------------------------------------------- judgement

CREATE TABLE finding (            -- spans of time in which a tier of a type is reached for a key
    type    INTEGER NOT NULL,       -- name id of the type's code
    own     INTEGER NOT NULL,
    remote  INTEGER NOT NULL,       -- 0 when not part of the key
    service INTEGER NOT NULL,       -- 0 likewise
    part    INTEGER NOT NULL,       -- what else makes the key: indicator, or port and day
    tier    INTEGER NOT NULL,       -- name id
    t0      INTEGER NOT NULL,       -- first and last fact of the windows that reached it
    t1      INTEGER NOT NULL,
    PRIMARY KEY (type, own, remote, service, part, tier, t0)
) WITHOUT ROWID;

CREATE INDEX finding_by_end ON finding (t1);

CREATE TABLE calm (               -- days of findings that are usual for this environment: no alert
    type    INTEGER NOT NULL,       -- key as in finding
    own     INTEGER NOT NULL,
    remote  INTEGER NOT NULL,
    service INTEGER NOT NULL,
    part    INTEGER NOT NULL,
    day     INTEGER NOT NULL,       -- UTC, since 1970
    tier    INTEGER NOT NULL,
    PRIMARY KEY (type, own, remote, service, part, day, tier)
) WITHOUT ROWID;

CREATE TABLE alert (
    id          INTEGER PRIMARY KEY,
    uid         TEXT NOT NULL UNIQUE, -- SystemAlertId
    type        INTEGER NOT NULL,     -- name id
    own         INTEGER NOT NULL,     -- key, as in `finding`
    remote      INTEGER NOT NULL,
    service     INTEGER NOT NULL,
    part        INTEGER NOT NULL,
    began       INTEGER NOT NULL,     -- start of the episode: with type and key it makes uid
    t0          INTEGER NOT NULL,
    t1          INTEGER NOT NULL,
    key         TEXT NOT NULL,        -- CorrelationKey
    severity    INTEGER NOT NULL,
    confidence  INTEGER NOT NULL,     -- 0..100
    entity      TEXT NOT NULL,        -- CompromisedEntity
    tactics     TEXT NOT NULL,
    techniques  TEXT NOT NULL,
    title_en    TEXT NOT NULL,
    title_ja    TEXT NOT NULL,
    description_en TEXT NOT NULL,
    description_ja TEXT NOT NULL,
    respond_en  TEXT NOT NULL,
    respond_ja  TEXT NOT NULL,
    digest      INTEGER NOT NULL,     -- hash of all that detection says: what did not change is not touched
    basis       INTEGER NOT NULL DEFAULT 0, -- hash of its alert_basis, which changes without a new revision
    status      INTEGER NOT NULL DEFAULT 0, -- enum alert_status; belongs to people
    comment     TEXT NOT NULL DEFAULT '',
    generated   INTEGER NOT NULL,
    processed   INTEGER NOT NULL,
    revision    INTEGER NOT NULL DEFAULT 1,
    superseded  TEXT,                 -- uid of the alert that took its place; '' when nothing did
    UNIQUE (type, own, remote, service, part, began)
);
CREATE INDEX alert_by_end ON alert (type, t1) WHERE superseded IS NULL;

CREATE TABLE alert_property (
    alert INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (alert, n)
) WITHOUT ROWID;

CREATE TABLE alert_entity (
    alert INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    type  TEXT NOT NULL,              -- 'ip', 'host'
    value TEXT NOT NULL,
    PRIMARY KEY (alert, n)
) WITHOUT ROWID;

CREATE TABLE alert_basis (        -- why it is an alert: what was seen, against what it takes, and what makes it sure
    alert     INTEGER NOT NULL,
    n         INTEGER NOT NULL,
    kind      INTEGER NOT NULL,       -- enum basis_kind
    tier      TEXT NOT NULL,          -- '' where it is not of one tier
    name      TEXT NOT NULL,          -- of the catalogue's parameter, or of what else was looked at
    value     TEXT NOT NULL,          -- what was seen; '' where it is only set
    threshold TEXT NOT NULL,          -- what it takes; '' where there is none
    note      TEXT NOT NULL,          -- where the threshold is from, or what the value means
    PRIMARY KEY (alert, n)
) WITHOUT ROWID;

CREATE TABLE alert_record (       -- the records an alert rests on, copied: flows may be pruned
    alert     INTEGER NOT NULL,
    n         INTEGER NOT NULL,   -- the order; some may be left out
    t         INTEGER NOT NULL,
    sensor    INTEGER NOT NULL,
    uid       BLOB,
    orig      INTEGER NOT NULL,
    resp      INTEGER NOT NULL,
    orig_port INTEGER NOT NULL,
    resp_port INTEGER NOT NULL,
    proto     INTEGER NOT NULL,
    service   TEXT,
    what      TEXT NOT NULL,
    twin_uid  BLOB,               -- Zeek's: what Suricata calls the connection, where both saw it
    shown     INTEGER NOT NULL DEFAULT 0, -- which record it is, so that it need not be looked up again:
    row       INTEGER NOT NULL DEFAULT 0, -- the table (store/alert_write.h), its row, …
    twin      INTEGER NOT NULL DEFAULT 0, -- … the row of the other sensor's flow,
    ident     INTEGER NOT NULL DEFAULT 0, -- … the connection, as in the facts
    PRIMARY KEY (alert, n)
) WITHOUT ROWID;

CREATE TABLE alert_past (         -- what the older attempts of an alert come to (correlate/alerts/past.h)
    id        INTEGER PRIMARY KEY,
    own       INTEGER NOT NULL,     -- key and start, as in `alert`; direction as in `attempt`
    remote    INTEGER NOT NULL,
    service   INTEGER NOT NULL,
    direction INTEGER NOT NULL,
    type      INTEGER NOT NULL,
    began     INTEGER NOT NULL,
    since     INTEGER NOT NULL,     -- attempts from here …
    until     INTEGER NOT NULL,     -- … to before this moment are in
    data      BLOB NOT NULL,
    UNIQUE (own, remote, service, direction, type, began)
);

CREATE TABLE alert_change (       -- how an alert got where it is; depends on how lines were batched
    id       INTEGER PRIMARY KEY,
    uid      TEXT NOT NULL,
    at       INTEGER NOT NULL,        -- the run's now
    revision INTEGER NOT NULL,
    what     TEXT NOT NULL,           -- 'created', 'updated', 'superseded', 'withdrawn', 'reopened', 'status'
    detail   TEXT NOT NULL
);
CREATE INDEX alert_change_by_uid ON alert_change (uid);

CREATE TABLE run (                -- runs that changed something
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,        -- the run's now
    records  INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    ended    INTEGER NOT NULL,
    note     TEXT NOT NULL
);
