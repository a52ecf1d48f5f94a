use proptest::prelude::*;

use super::*;

fn masked(message: &str) -> String {
    let mut out = String::new();
    mask(message, &mut out);
    out
}

#[track_caller]
fn check(message: &str, expected: &str) {
    assert_eq!(masked(message), expected, "in: {message}");
}

#[test]
fn values_by_their_form() {
    check("took 12 of 0x1f", "took <*> of <*>");
    check("open /var/lib/db/main.sock: refused", "open <*>: refused");
    check("from 192.0.2.7:8080 to 2001:db8::1", "from <*> to <*>");
    check("id 6ba7b810-9dad-11d1-80b4-00c04fd430c8 is gone.", "id <*> is gone.");
    check("GET https://shop.example.com/a?b=c failed", "GET <*> failed");
    check("loading C:\\Program Files\\App\\x.dll failed", "loading <*> failed");
    check("mail to ana@example.com bounced", "mail to <*> bounced");
    check("peer mail.example.org: gone", "peer <*>: gone");
    check("memory deadbeef is bad", "memory <*> is bad");
    check("row 'orders' of \"main\" is locked", "row '<*>' of \"<*>\" is locked");
    check("login of CORP\\ana refused", "login of <*> refused");
}

#[test]
fn words_stay() {
    check("org.example.Main failed", "org.example.Main failed");
    check("read/write error", "read/write error");
    check("don't panic, it isn't over", "don't panic, it isn't over");
    check("init() done - bye ...", "init() done - bye ...");
    check("IPv6 and UTF-8 are on", "IPv6 and UTF-8 are on");
    check("mode=false, ws=null", "mode=false, ws=null");
    check("--- repeated ---", "--- repeated ---");
}

#[test]
fn names_of_people_and_machines() {
    check("session opened for user ana by (uid=0)", "session opened for user <*> by (uid=<*>)");
    check("rhost=peer user=ana, host: web", "rhost=<*> user=<*>, host: <*>");
    check("user is unknown", "user is unknown");
    check("{\"user\":\"ana\",\"level\":\"error\"}", "{\"user\":\"<*>\",\"level\":\"error\"}");
    check("用户 张三 登录失败，错误5次", "用户 <*> 登录失败，错误<*>次");
}

#[test]
fn values_of_keys() {
    check("tag=\"View Lock\", n=5", "tag=\"<*>\", n=<*>");
    check("level=error msg=\"disk is full\"", "level=error msg=\"disk is full\"");
}

#[test]
fn lists_and_echoes_become_one() {
    check("cores 1, 2, 3 and 4", "cores <*> and <*>");
    check("sent 1293 bytes (1.26 KB), lifetime <1 sec", "sent <*> bytes, lifetime <*>");
    check("sets node-1 <ok> node-2 <ok> node-3 <ok>", "sets <*> <ok>");
    check("at Fri Jun 17 20:55:07 2005", "at <*>");
    check("7: Jun 17", "<*>");
    check("from 192.0.2.1 ()", "from <*> (<*>)");
}

#[test]
fn long_messages_are_cut() {
    let long = "word ".repeat(1000);
    assert_eq!(masked(&long).split(' ').count(), MOST_WORDS);
    assert!(masked(&"x".repeat(10_000)).len() <= LONGEST);
}

#[test]
fn a_list_in_quotes_is_one_value_at_once() {
    for message in ["\":0 0\"", "\"0 0<\"", "x '1 2, 3' y", "\"1 2\" '3 4'"] {
        let once = masked(message);
        assert_eq!(masked(&once), once, "{message}");
    }
}

proptest! {
    #[test]
    fn masking_twice_changes_nothing(message in "([a-z<>*()=:,'\"/.\\-]{1,6}|[0-9]{1,3}|Jun|KB|user| ){0,20}") {
        let once = masked(&message);
        prop_assert_eq!(masked(&once), once);
    }

    #[test]
    fn any_text_is_masked(message in "\\PC{0,80}") {
        masked(&message);
    }
}
