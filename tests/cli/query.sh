# Ad-hoc SQL: formats, the documented views, and our functions.
guess_log >conn.log
q --db x.db --now $NOW run conn.log
t --db x.db query "SELECT type, entity, start_time, end_time FROM alerts"
t --db x.db query --format csv "SELECT 1 AS a, NULL AS b, 'x,\"y' AS c, 2.5 AS d, x'00ff' AS e"
t --db x.db query --format tsv "SELECT 1 AS a, NULL AS b, 'x' || char(9) || 'y' AS c"
t --db x.db query --format json "SELECT 1 AS a, NULL AS b, 'x\"' AS c, 2.5 AS d, x'00ff' AS e"
t --db x.db query --format table "SELECT 'wide 日本' AS a, char(27) || '[31m' AS b UNION ALL SELECT 'x', 'y'"
t --db x.db query "SELECT regexp('^198\\.', '198.51.100.7') AS r, cidr_match('198.51.100.0/24', '198.51.100.7') AS c"
t --db x.db query 'SELECT no_such_column FROM alerts'
t --db x.db query "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n" --timeout 100ms
# The same views in a bare sqlite3 shell, but the one of packed names.
t --db x.db query 'SELECT count(*) FROM lookups'
for view in $("$TOCSIN" --db x.db query --views --format tsv --no-header | cut -f1 | sort -u | grep -v lookups); do
    sqlite3 x.db "SELECT '$view', count(*) >= 0 FROM $view"
done
