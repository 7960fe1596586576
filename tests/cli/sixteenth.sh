# A sixteenth and a seventeenth type: one file each in catalog.d beside the configuration, the second
# with a query of its own. No program is built for them.
mkdir catalog.d
entry() { # title, query lines
    cat <<END
[alert]
title.en = $1
title.ja = 夜間の SSH
severity = low
tactic = PreAttack
attack_tactics = Credential Access
techniques = T1110.001
description.en = %{Attacker IP} tried %{Victim IP} %{Number of Connections} times.
description.ja = %{Attacker IP} が %{Victim IP} に %{Number of Connections} 回接続しました。
respond.en = Look at it in the morning.
respond.ja = 朝になったら確認します。
gap = 1 h | ours
[values]
Victim IP = own
Attacker IP = remote
Number of Connections = connections
[query]
service = ssh
direction = incoming
END
}
{
    entry 'Five SSH logins in a minute'
    printf 'name = pair\n[tier fast]\nmin_attempts = 5 attempts | ours\nwindow = 1 min | ours\n'
} >catalog.d/SSH_Incoming_Hasty.conf
{
    entry 'SSH logins at night'
    printf 'name = night\n[tier fast]\nmin_attempts = 5 attempts | ours\nwindow = 8 h | ours\n'
} >catalog.d/SSH_Incoming_AtNight.conf
cat >catalog.d/night.sql <<'END'
-- night: who tried one of our addresses between 22 and 6 o'clock UTC
-- facts: attempt by remote
SELECT a.own, a.remote, a.service, 0 AS part, MIN(a.t) AS t0, MAX(a.t) AS t1, k.lo, k.hi
FROM touched AS k CROSS JOIN attempt AS a
  ON a.direction = :direction AND a.service = k.service AND a.own = k.own AND a.remote = k.remote
 AND a.t BETWEEN k.lo - :window AND k.hi + :window
WHERE a.t / 3600000000 % 24 NOT BETWEEN 6 AND 21
GROUP BY a.own, a.remote, a.service, k.lo, k.hi HAVING COUNT(*) >= :min_attempts
END
printf '[network]\nhome = 10.0.0.0/8\n' >tocsin.conf

t catalog check catalog.d/SSH_Incoming_Hasty.conf
t -c tocsin.conf catalog list --format tsv | grep -c 'SSH_Incoming_'
# Six by day in a minute; four at night; five at night, slowly.
{ zeek_header; guesses 6 198.51.100.7 10.0.0.5; guesses 4 198.51.100.8 10.0.0.5 46800
  for i in 0 1 2 3 4; do guesses 1 198.51.100.9 10.0.0.5 $((46800 + i * 600)); done; } >conn.log
t -c tocsin.conf --db x.db --now 2026-03-04 run conn.log
t -c tocsin.conf --db x.db query --format tsv \
    "SELECT type, severity, start_time, end_time, description FROM alerts ORDER BY 1"
t -c tocsin.conf --db x.db --lang ja alerts --format tsv --type SSH_Incoming_AtNight

# Mistakes are named with file and line.
entry 'Broken' | sed 's/^severity = low/severity = grim/' >catalog.d/Broken.conf
t catalog check catalog.d/Broken.conf
t -c tocsin.conf --db x.db --now 2026-03-04 run conn.log
