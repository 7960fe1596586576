# Without any configuration a note says which database and which home networks are used.
guess_log >conn.log
t --now $NOW run conn.log
stat -c 'tocsin.db has mode %a' tocsin.db
t alerts
t --now $NOW -q run conn.log
