/* Logins that have a log of their own with a row for each try: FTP, MySQL, PostgreSQL. */
#include "sample-logs/generator/writer.h"

#define ZEEK_HEADER(path, fields, types)                                                           \
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" path    \
    "\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t" fields                      \
    "\n#types\ttime\tstring\taddr\tport\taddr\tport\t" types "\n"

const char tries_ftp_header[] =
    ZEEK_HEADER("ftp", "user\tpassword\tcommand\targ\tmime_type\tfile_size\treply_code\treply_msg",
        "string\tstring\tstring\tstring\tstring\tcount\tcount\tstring");
const char tries_mysql_header[] = ZEEK_HEADER(
    "mysql", "cmd\targ\tsuccess\trows\tresponse", "string\tstring\tbool\tcount\tstring");

static void add_start(struct text *t, const struct connection *c, int64_t t_us)
{
    text_add(t, "%lld.%06lld\t%s\t%s\t%d\t%s\t%d", (long long)(t_us / SECOND),
        (long long)(t_us % SECOND), c->uid, c->client, c->client_port, c->server, c->server_port);
}

void tries_ftp(struct log_file *log, const struct connection *c, int64_t t_us)
{
    struct text t = {.length = 0};
    add_start(&t, c, t_us);
    text_add(&t, "\tadmin\t<hidden>\tPASS\t<hidden>\t-\t-\t530\tLogin incorrect.");
    log_add(log, t_us, &t);
}

void tries_mysql(struct log_file *log, const struct connection *c, int64_t t_us)
{
    struct text t = {.length = 0};
    add_start(&t, c, t_us);
    text_add(&t, "\tlogin\troot\tF\t-\tAccess denied for user 'root'@'%s' (using password: YES)",
        c->client);
    log_add(log, t_us, &t);
}

void tries_mysql_worked(struct log_file *log, const struct connection *c, int64_t t_us)
{
    struct text t = {.length = 0};
    add_start(&t, c, t_us);
    text_add(&t, "\tlogin\tapp\tT\t0\t-");
    log_add(log, t_us, &t);
}

void tries_postgresql(struct log_file *log, const struct connection *c, int64_t t_us)
{
    struct text t = {.length = 0};
    text_add(&t,
        "{\"_path\":\"postgresql\",\"ts\":%lld.%06lld,\"uid\":\"%s\",\"id.orig_h\":\"%s\","
        "\"id.orig_p\":%d,\"id.resp_h\":\"%s\",\"id.resp_p\":%d,\"user\":\"postgres\","
        "\"frontend\":\"startup\",\"backend\":\"auth_request,error\",\"backend_arg\":"
        "\"SASL,Severity=FATAL,Code=28P01,Message=password authentication failed\","
        "\"success\":false}",
        (long long)(t_us / SECOND), (long long)(t_us % SECOND), c->uid, c->client, c->client_port,
        c->server, c->server_port);
    log_add(log, t_us, &t);
}
