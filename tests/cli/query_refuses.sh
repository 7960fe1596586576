# People's SQL cannot change anything: refused with exit 65, and not one byte of the file differs.
guess_log >conn.log
q --db x.db --now $NOW run conn.log
before=$(checksum x.db)
for sql in 'DELETE FROM alerts' 'DELETE FROM alert' 'WITH a AS (SELECT 1) DELETE FROM flow' \
    "ATTACH 'other.db' AS other" 'PRAGMA user_version = 7' 'PRAGMA journal_mode = DELETE' \
    'PRAGMA writable_schema = 1' "SELECT load_extension('x')" 'SELECT 1; SELECT 2' \
    'SELECT 1; DELETE FROM flow' 'CREATE TABLE t (a)' 'CREATE TEMP TABLE t (a)' 'DROP VIEW alerts' \
    "VACUUM INTO 'copy.db'" 'VACUUM' 'BEGIN' 'UPDATE flow SET duration_us = 0' 'REINDEX' 'ANALYZE' \
    "INSERT INTO source (path) VALUES ('x')" "SELECT writefile('x', 'y')" \
    "SELECT * FROM pragma_journal_mode('delete')" 'SELEC 1' '' '/* nothing */' 'EXPLAIN DELETE FROM flow'; do
    t --db x.db query "$sql"
done
[ "$before" = "$(checksum x.db)" ] && echo 'x.db was not changed'
ls | grep -v -e '-wal$' -e '-shm$'
