# A configuration that cannot be followed names its file and line: exit 78.
guess_log >conn.log
try() {
    printf '%b' "$1" >tocsin.conf
    t -c tocsin.conf --db x.db --now $NOW run conn.log
}
try '[network]\nhome = 10.0.0.0/8\nhmoe = 1\n'
try 'home = 10.0.0.0/8\n'
try '[network]\nhome = 10.0.0.0/99\n'
try '[resource a]\naddress = 10.0.0.1\n[resource b]\naddress = 10.0.0.1\n'
try '[resource a]\naddress = 10.0.0.1\nrole = emperor\n'
try '[alert No_Such_Type]\nmin_attempts = 3\n'
try '[alert SSH_Incoming_BF_OneToOne]\nmin_atempts = 3\n'
try '[network\nhome = 10.0.0.0/8\n'
try '[alert SSH_Incoming_BF_OneToOen]\nmin_attempts = 3\n'
try '[alert SSH_Incoming_BF_OneToOne]\nwindow = 9999999d\n'
try '[network]\nhome = 0.0.0.0/0\n'
try '[database]\nfile =\n'
try '[retention]\nflows = 14d\n'
t -c missing.conf --db x.db --now $NOW run conn.log
ls x.db 2>&1
