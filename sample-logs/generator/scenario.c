/* One day of a small network, as three sensors saw it: who did what, when, and what must alert. */
#include "sample-logs/generator/scenario.h"

static const struct signature conficker = {2008802, 6,
    "ET MALWARE Possible Downadup/Conficker-A Worm Activity", "A Network Trojan was detected", 1};
static const struct signature command_server = {2404300, 7012,
    "ET CNC Feodo Tracker Reported CnC Server group 1",
    "Malware Command and Control Activity Detected", 1};
static const struct signature spamhaus = {
    2400000, 4310, "ET DROP Spamhaus DROP Listed Traffic Inbound group 1", "Misc Attack", 2};
static const struct signature cins = {2403301, 98410,
    "ET CINS Active Threat Intelligence Poor Reputation IP group 2", "Misc Attack", 2};
static const struct signature package_manager = {2013504, 6,
    "ET INFO GNU/Linux APT User-Agent Outbound likely related to package management",
    "Not Suspicious Traffic", 3};

/* One address; several that differ in the part marked by a star. */
#define ONE(address)                                                                               \
    {                                                                                              \
        address, 0, 1                                                                              \
    }
#define MANY(pattern, first, how_many)                                                             \
    {                                                                                              \
        pattern, first, how_many                                                                   \
    }

/* Outside addresses by their use, so that nobody plays two parts:
 *   198.51.100   1-60 web sites, 66-68 command and control, 77 88 140 141 attackers, 100-139
 *                background radiation, 150-199 visitors, 200 backup store, 201 RDP target, 250 sinkhole
 *   203.0.113    1-3 clocks, 9 flooded, 10 the administrator at home, 17-19 listed sources, 20-33 and
 *                34-47 botnets, 50-99 attackers and partners, 100-129 guessed at, 130-189 scanned,
 *                190-199 mail, 200 SSH target, 201-250 name servers */
const struct part parts[] = {
    /* ---- the edge: office 10.20.0.0/18, public servers 192.0.2.0/25; Zeek, TSV ---- */
    {EDGE, traffic_any, MANY("10.20.1.*", 20, 40), MANY("198.51.100.*", 1, 60), HTTPS, 0, 1300,
        AT(7, 0), AT(18, 30), NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("10.20.1.*", 20, 40), MANY("198.51.100.*", 1, 60), HTTP, 0, 160,
        AT(7, 0), AT(18, 30), NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("2001:db8:20:1::*", 20, 40), MANY("2001:db8:443:*::80", 1, 30), HTTPS,
        0, 150, AT(7, 0), AT(18, 30), NULL, NULL, NULL},
    /* a page full of other people's pictures: 60 hosts in four minutes, three of them gone */
    {EDGE, attack_contacts, ONE("10.20.1.23"), MANY("198.51.100.*", 1, 60), HTTPS, 0, 120,
        AT(10, 12), AT(10, 16), NULL, NULL, NULL},
    {EDGE, attack_contacts, ONE("10.20.1.23"), MANY("198.51.100.*", 61, 3), UNANSWERED, 443, 6,
        AT(10, 12), AT(10, 16), NULL, NULL, NULL},
    {EDGE, traffic_dns, MANY("10.20.1.*", 20, 40), ONE("10.20.0.53"), DNS, 0, 500, AT(7, 0),
        AT(18, 30), NULL, NULL, NULL},
    {EDGE, traffic_dns, ONE("192.0.2.53"), MANY("203.0.113.*", 201, 50), DNS, 0, 900, 0, DAY, NULL,
        NULL, NULL},
    {EDGE, traffic_dns, ONE("192.0.2.53"), MANY("203.0.113.*", 201, 50), DNS, 0, 240, AT(9, 0),
        AT(9, 5), NULL, NULL, NULL},
    {EDGE, traffic_poll, ONE("10.20.0.53"), MANY("203.0.113.*", 1, 3), NTP, 0, 48, 0, DAY, NULL,
        NULL, NULL},
    {EDGE, traffic_any, MANY("203.0.113.*", 190, 10), ONE("192.0.2.25"), SMTP, 0, 160, 0, DAY, NULL,
        NULL, NULL},
    {EDGE, traffic_any, ONE("192.0.2.25"), MANY("203.0.113.*", 190, 10), SMTP, 0, 90, AT(7, 0),
        AT(19, 0), NULL, NULL, NULL},
    /* a newsletter: one server brings 60 mails in ten minutes */
    {EDGE, attack_contacts, ONE("203.0.113.190"), ONE("192.0.2.25"), SMTP, 0, 60, AT(13, 0),
        AT(13, 10), NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("203.0.113.*", 60, 4), ONE("192.0.2.25"), IMAPS, 0, 120, AT(6, 0),
        AT(22, 0), NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("198.51.100.*", 150, 50), MANY("192.0.2.*", 20, 2), HTTPS, 0, 700, 0,
        DAY, NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("198.51.100.*", 150, 50), MANY("192.0.2.*", 20, 2), HTTP, 0, 120, 0,
        DAY, NULL, NULL, NULL},
    {EDGE, traffic_any, ONE("10.20.2.10"), ONE("198.51.100.200"), HTTPS_UPLOAD, 0, 3, AT(1, 0),
        AT(1, 40), NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("10.20.3.*", 31, 3), ONE("192.0.2.50"), MYSQL_SESSION, 0, 120, 0, DAY,
        NULL, NULL, NULL},
    /* the administrator: from home to the bastion all day, and inside from server to server */
    {EDGE, traffic_logins, ONE("203.0.113.10"), ONE("192.0.2.10"), SSH_SESSION, 0, 40, AT(7, 10),
        AT(18, 50), NULL, NULL, NULL},
    {EDGE, traffic_logins, ONE("203.0.113.10"), ONE("192.0.2.10"), SSH_COMMAND, 0, 60, AT(7, 40),
        AT(18, 50), NULL, NULL, NULL},
    {EDGE, traffic_logins, ONE("10.20.1.5"), MANY("192.0.2.*", 10, 3), SSH_SESSION, 0, 24,
        AT(7, 10), AT(18, 50), NULL, NULL, NULL},
    {EDGE, traffic_logins, MANY("10.20.1.*", 30, 6), ONE("192.0.2.30"), RDP_SESSION, 0, 14,
        AT(7, 10), AT(16, 0), NULL, NULL, NULL},
    /* the monitor reads SSH banners; the load balancer knocks at its back ends */
    {EDGE, traffic_poll, ONE("10.20.0.9"), MANY("192.0.2.*", 10, 4), SSH_BANNER, 0, 96, 0, DAY,
        NULL, NULL, NULL},
    {EDGE, traffic_poll, ONE("192.0.2.30"), MANY("10.20.3.*", 21, 2), KNOCK, 3389, 144, 0, DAY,
        NULL, NULL, NULL},
    /* the weekly scan of the own network, allowed by the inventory */
    {EDGE, attack_probes, ONE("10.20.0.8"), MANY("10.20.1.*", 20, 200), REFUSED, 445, 200, AT(4, 0),
        AT(4, 4), NULL, NULL, NULL},
    {EDGE, attack_probes, ONE("10.20.0.8"), MANY("10.20.1.*", 20, 200), REFUSED, 22, 200, AT(4, 5),
        AT(4, 9), NULL, NULL, NULL},
    /* background radiation: refused, unanswered, or gone after the banner */
    {EDGE, traffic_any, MANY("198.51.100.*", 100, 40), MANY("192.0.2.*", 10, 40), REFUSED, 22, 160,
        0, DAY, NULL, NULL, NULL},
    {EDGE, attack_contacts, MANY("198.51.100.*", 100, 40), ONE("192.0.2.10"), REFUSED, 22, 80,
        AT(6, 0), AT(6, 50), NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("198.51.100.*", 100, 40), ONE("192.0.2.10"), SSH_BANNER, 0, 50, 0, DAY,
        NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("198.51.100.*", 100, 40), MANY("192.0.2.*", 10, 40), UNANSWERED, 23,
        70, 0, DAY, NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("198.51.100.*", 100, 40), MANY("192.0.2.*", 10, 40), UNANSWERED, 3389,
        60, 0, DAY, NULL, NULL, NULL},
    {EDGE, traffic_any, MANY("198.51.100.*", 100, 40), MANY("192.0.2.*", 10, 40), REFUSED, 8080, 60,
        0, DAY, NULL, NULL, NULL},

    /* a web server is guessed at, entered, and then goes on to others */
    {EDGE, attack_logins, ONE("198.51.100.77"), ONE("192.0.2.20"), SSH_ATTEMPT, 0, 45, AT(2, 14),
        AT(2, 26), NULL, "SSH_Incoming_BF_OneToOne", "web2"},
    {EDGE, traffic_logins, ONE("198.51.100.77"), ONE("192.0.2.20"), SSH_SESSION, 0, 1, AT(2, 27),
        AT(2, 28), NULL, NULL, NULL},
    {EDGE, attack_probes, ONE("192.0.2.20"), MANY("203.0.113.*", 130, 60), REFUSED, 445, 60,
        AT(2, 41), AT(2, 44), NULL, "PortScanning", "web2"},
    {EDGE, attack_logins, ONE("192.0.2.20"), MANY("203.0.113.*", 100, 30), SSH_ATTEMPT, 0, 60,
        AT(3, 5), AT(3, 45), NULL, "SSH_Outgoing_BF_OneToMany", "web2"},
    /* slowly, all day long: never more than three an hour */
    {EDGE, attack_logins, ONE("203.0.113.99"), ONE("192.0.2.12"), SSH_ATTEMPT, 0, 46, AT(0, 40),
        AT(22, 40), NULL, "SSH_Incoming_BF_OneToOne", "build1"},
    {EDGE, attack_logins, MANY("203.0.113.*", 20, 14), ONE("192.0.2.11"), SSH_ATTEMPT, 0, 60,
        AT(5, 2), AT(5, 52), NULL, "SSH_Incoming_BF_ManyToOne", "git"},
    {EDGE, attack_logins, ONE("203.0.113.50"), ONE("192.0.2.30"), RDP_ATTEMPT, 0, 45, AT(9, 31),
        AT(9, 43), NULL, "RDP_Incoming_BF_OneToOne", "rdp-farm"},
    {EDGE, attack_logins, MANY("203.0.113.*", 34, 14), ONE("192.0.2.31"), RDP_ATTEMPT, 0, 60,
        AT(15, 20), AT(16, 10), NULL, "RDP_Incoming_BF_ManyToOne", "ts-old"},
    {EDGE, attack_logins, ONE("198.51.100.140"), ONE("192.0.2.40"), FTP_ATTEMPT, 0, 30, AT(8, 55),
        AT(9, 5), NULL, "Generic_Incoming_BF_OneToOne", "ftp"},
    {EDGE, attack_logins, ONE("203.0.113.77"), ONE("192.0.2.50"), MYSQL_ATTEMPT, 0, 26, AT(12, 7),
        AT(12, 15), NULL, "SQL_Incoming_BF_OneToOne", "db1"},
    {EDGE, attack_logins, ONE("10.20.4.77"), ONE("203.0.113.200"), SSH_ATTEMPT, 0, 40, AT(11, 20),
        AT(11, 40), NULL, "SSH_Outgoing_BF_OneToOne", "10.20.4.77"},
    {EDGE, attack_flood, ONE("10.20.5.60"), ONE("203.0.113.9"), UDP_PAYLOAD, 27015, 9, AT(20, 10),
        AT(20, 13), NULL, "DDOS", "dvr"},
    {EDGE, attack_contacts, ONE("10.20.6.14"), ONE("198.51.100.250"), HTTP, 0, 6, AT(14, 0),
        AT(14, 50), NULL, "Network_ResourceIpIndicatedAsMalicious", "10.20.6.14"},
    {EDGE, attack_contacts, ONE("203.0.113.17"), ONE("192.0.2.21"), REFUSED, 8443, 12, AT(16, 2),
        AT(19, 40), NULL, "Network_TrafficFromUnrecommendedIP", "web1"},
    {EDGE, attack_contacts, ONE("203.0.113.18"), ONE("192.0.2.21"), HTTPS, 0, 1, AT(17, 30),
        AT(17, 31), NULL, "Network_TrafficFromUnrecommendedIP", "web1"},
    /* listed as well, but two refused tries are nothing to report */
    {EDGE, attack_contacts, ONE("203.0.113.19"), ONE("192.0.2.40"), REFUSED, 8443, 2, AT(16, 2),
        AT(19, 40), NULL, NULL, NULL},

    /* ---- the branch office: 10.20.64.0/18; Zeek, JSON ---- */
    {BRANCH, traffic_any, MANY("10.20.70.*", 10, 30), MANY("198.51.100.*", 1, 60), HTTPS, 0, 600,
        AT(8, 0), AT(17, 30), NULL, NULL, NULL},
    {BRANCH, traffic_dns, MANY("10.20.70.*", 10, 30), ONE("10.20.64.53"), DNS, 0, 240, AT(8, 0),
        AT(17, 30), NULL, NULL, NULL},
    {BRANCH, traffic_poll, ONE("10.20.64.53"), MANY("203.0.113.*", 1, 3), NTP, 0, 24, 0, DAY, NULL,
        NULL, NULL},
    {BRANCH, traffic_logins, ONE("10.20.70.15"), ONE("203.0.113.60"), RDP_SESSION, 0, 6, AT(8, 10),
        AT(16, 0), NULL, NULL, NULL},
    {BRANCH, traffic_poll, ONE("10.20.70.33"), ONE("198.51.100.66"), BEACON, 0, 288, AT(0, 1),
        DAY + AT(0, 1), NULL, "Network_CommunicationWithC2", "10.20.70.33"},
    {BRANCH, attack_contacts, ONE("10.20.70.41"), ONE("203.0.113.66"), UNANSWERED, 443, 5,
        AT(10, 0), AT(10, 40), NULL, "Network_CommunicationWithC2", "10.20.70.41"},
    {BRANCH, attack_logins, ONE("10.20.70.12"), ONE("198.51.100.201"), RDP_ATTEMPT, 0, 40,
        AT(12, 50), AT(13, 10), NULL, "RDP_Outgoing_BF_OneToOne", "10.20.70.12"},

    /* ---- hosting: 192.0.2.128/25, 10.20.128.0/17, 2001:db8:20:80::/64; Suricata ---- */
    {HOSTING, traffic_any, MANY("198.51.100.*", 150, 50), ONE("192.0.2.130"), HTTPS, 0, 170, 0, DAY,
        NULL, NULL, NULL},
    {HOSTING, traffic_any, MANY("10.20.128.*", 10, 12), MANY("198.51.100.*", 1, 20), HTTP, 0, 60, 0,
        DAY, NULL, NULL, NULL},
    {HOSTING, traffic_any, MANY("10.20.128.*", 10, 12), ONE("198.51.100.7"), HTTP, 0, 6, AT(6, 0),
        AT(7, 0), &package_manager, NULL, NULL},
    {HOSTING, traffic_dns, MANY("10.20.128.*", 10, 12), ONE("10.20.128.53"), DNS, 0, 60, 0, DAY,
        NULL, NULL, NULL},
    {HOSTING, traffic_logins, ONE("203.0.113.11"), ONE("192.0.2.160"), SSH_SESSION, 0, 14,
        AT(7, 10), AT(18, 50), NULL, NULL, NULL},
    {HOSTING, traffic_any, MANY("198.51.100.*", 100, 40), MANY("192.0.2.*", 130, 31), REFUSED, 22,
        80, 0, DAY, NULL, NULL, NULL},
    {HOSTING, traffic_any, MANY("198.51.100.*", 100, 40), MANY("192.0.2.*", 130, 31), UNANSWERED,
        1433, 40, 0, DAY, NULL, NULL, NULL},
    {HOSTING, attack_logins, ONE("198.51.100.88"), ONE("192.0.2.160"), SSH_ATTEMPT, 0, 45,
        AT(1, 50), AT(2, 2), NULL, "SSH_Incoming_BF_OneToOne", "vps1"},
    /* a botnet over IPv6: twelve networks, a new address each time */
    {HOSTING, attack_logins, MANY("2001:db8:bad:*::5", 1, 12), ONE("2001:db8:20:80::10"),
        SSH_ATTEMPT, 0, 36, AT(18, 5), AT(18, 45), NULL, "SSH_Incoming_BF_ManyToOne", "vps6"},
    {HOSTING, attack_logins, ONE("198.51.100.141"), ONE("192.0.2.141"), TELNET_ATTEMPT, 0, 36,
        AT(7, 2), AT(7, 22), NULL, "Generic_Incoming_BF_OneToOne", "pbx"},
    {HOSTING, attack_logins, ONE("203.0.113.55"), ONE("192.0.2.150"), MSSQL_ATTEMPT, 0, 30,
        AT(21, 55), AT(22, 5), NULL, "SQL_Incoming_BF_OneToOne", "mssql1"},
    {HOSTING, attack_logins, ONE("10.20.140.9"), MANY("203.0.113.*", 100, 30), RDP_ATTEMPT, 0, 60,
        AT(19, 0), AT(19, 40), NULL, "RDP_Outgoing_BF_OneToMany", "10.20.140.9"},
    {HOSTING, attack_contacts, ONE("10.20.141.20"), ONE("198.51.100.33"), HTTP, 0, 1, AT(13, 33),
        AT(13, 34), &conficker, "Network_ResourceIpIndicatedAsMalicious", "10.20.141.20"},
    {HOSTING, attack_contacts, ONE("10.20.142.7"), ONE("198.51.100.68"), HTTPS, 0, 4, AT(16, 0),
        AT(17, 0), &command_server, "Network_CommunicationWithC2", "10.20.142.7"},
    {HOSTING, attack_contacts, ONE("203.0.113.70"), ONE("192.0.2.130"), HTTPS, 0, 2, AT(11, 0),
        AT(11, 30), &spamhaus, "Network_TrafficFromUnrecommendedIP", "vps-web"},
    {HOSTING, attack_contacts, ONE("203.0.113.71"), ONE("192.0.2.130"), REFUSED, 8080, 12, AT(3, 0),
        AT(9, 30), &cins, "Network_TrafficFromUnrecommendedIP", "vps-web"},
};
const size_t part_count = sizeof parts / sizeof *parts;
