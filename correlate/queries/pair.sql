-- pair: who tried one of our addresses' login service, or was tried by it, :min_attempts times in :window
-- facts: attempt by remote
-- only grows
--
-- Like every query here it reads `touched`: the keys with new facts, and the span lo..hi in which windows may have
-- changed (the new facts' times widened by :window). It answers with every window that reached the floor:
-- own, remote, service, part (0: not part of the key), t0, t1 and the key's lo, hi; then what was seen in the window, under the
-- name of the parameter that it is compared with, without its "min_". Windows are half open: the first and the last attempt lie
-- less than :window apart.
-- :each 2: windows by themselves, for their figures, but for those that another outdoes (see :cut in store/fan_window.c); 0: those that overlap are one.
SELECT k.own, k.remote, k.service, 0 AS part, p.since AS t0, p.t AS t1, k.lo, k.hi, p.attempts,
       CASE WHEN :min_days > 1 THEN p.days ELSE 1 END AS days
FROM touched AS k CROSS JOIN pair_window(:direction, k.service, k.own, k.lo - :window, k.hi + :window, :window,
                                         :exempt, :failures_only, :internal_failures_only, :internal_only, k.remote,
                                         :min_attempts, :min_days, :each, :cut) AS p
