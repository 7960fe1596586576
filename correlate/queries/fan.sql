-- fan: many to one (incoming) and one to many (outgoing) are one question: how many others deal with one of our addresses
-- facts: attempt by own
-- only grows
--
-- :each 2: windows by themselves, for their figures, but for those that another outdoes (see :cut in store/fan_window.c); 0: those that overlap are one.
SELECT k.own, 0 AS remote, k.service, 0 AS part, f.since AS t0, f.t AS t1, k.lo, k.hi, f.remotes, f.attempts
FROM touched AS k CROSS JOIN fan_window(:direction, k.service, k.own, k.lo - :window, k.hi + :window, :window,
                                        :exempt, :failures_only, :internal_failures_only, :internal_only,
                                        :min_attempts, :min_remotes, :each, :cut) AS f
