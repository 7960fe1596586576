/* What commands and reply codes say of a login. */
#include "ingest/login_words.h"

#include <criterion/criterion.h>

static int8_t ftp(const char *command, const char *code)
{
    return login_of_ftp(str_of(command), str_of(code));
}

Test(login_words, a_password_is_taken_or_refused)
{
    cr_expect_eq(ftp("PASS", "230"), 1);
    cr_expect_eq(ftp("PASS", "530"), 0);
    cr_expect_eq(ftp("pass", "530"), 0);
    cr_expect_eq(ftp("PASS", "430"), 0);
    cr_expect_eq(ftp("USER", "230"), 1);
    cr_expect_eq(ftp("USER", "530"), 0);
}

Test(login_words, a_reply_about_the_protocol_is_no_result)
{
    cr_expect_eq(ftp("USER", "331"), -1, "a password is needed");
    cr_expect_eq(ftp("PASS", "332"), -1);
    cr_expect_eq(ftp("PASS", "503"), -1, "bad sequence of commands");
    cr_expect_eq(ftp("PASS", "421"), -1, "closing");
    cr_expect_eq(ftp("PASS", ""), -1);
    cr_expect_eq(ftp("", "530"), -1);
    cr_expect_eq(ftp("QUIT", "221"), -1);
    cr_expect_eq(ftp("SYST", "215"), -1, "needs no login");
}

Test(login_words, a_transfer_needs_a_login)
{
    cr_expect_eq(ftp("RETR", "226"), 1);
    cr_expect_eq(ftp("STOR", "150"), 1);
    cr_expect_eq(ftp("PASV", "227"), 1);
    cr_expect_eq(ftp("RETR", "550"), -1, "no such file");
    cr_expect_eq(ftp("PASV", "530"), -1, "not logged in, but no password was tried");
    cr_expect_eq(ftp("RETR", "2260"), -1);
}
