# --fail-on tells cron of new alerts, once, and only from the named severity on.
guess_log >conn.log
q --db x.db --now $NOW run --fail-on high conn.log
"$TOCSIN" --db x.db --now $NOW -q run --fail-on medium conn.log; echo "nothing new: exit $?"
"$TOCSIN" --db y.db --now $NOW -q run --fail-on medium conn.log; echo "one new: exit $?"
"$TOCSIN" --db z.db --now $NOW -q ingest conn.log
"$TOCSIN" --db z.db --now $NOW -q correlate --fail-on low; echo "one new: exit $?"
