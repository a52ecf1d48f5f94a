//! Lists that a word around the number picks: sub-statuses, verify results, library numbers, products.

use super::{check_first, describe, explain};

#[test]
fn the_words_around_pick_the_list() {
    check_first("HTTP Error 500.19", "iis 500.19 Configuration data is invalid");
    check_first("403.14", "iis 403.14 Directory listing denied");
    check_first("HTTP 404.99", "http 404 Not Found");
    check_first("Verify return code: 10 (certificate has expired)", "x509 10 X509_V_ERR_CERT_HAS_EXPIRED");
    check_first("SSL verify error 20", "x509 20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
    check_first("TLS alert 20", "tls 20 bad_record_mac");
    check_first("error 10 at 0 depth lookup", "x509 10 X509_V_ERR_CERT_HAS_EXPIRED");
    check_first("10", "bugcheck 0xA IRQL_NOT_LESS_OR_EQUAL");
    check_first("L2TP 809", "ras 809 ERROR_VPN_TIMEOUT");
    check_first("sqlite error 5", "product sqlite 5 SQLITE_BUSY");
    check_first("websocket closed: 1006", "product websocket 1006 Abnormal closure");
    check_first("Chrome error 102", "product chromium -102 ERR_CONNECTION_REFUSED");
    check_first("1006", "win32 1006 ERROR_FILE_INVALID");
    check_first("http2 error 7", "product http2 7 REFUSED_STREAM");
    check_first("550-5.7.1", "smtp 5.7.1 Delivery not authorized, message refused");
    check_first("Error 2738", "msi 2738 Could not access VBScript run time for a custom action");
    check_first("error:0A000086", "product ssl-routines 134 SSL_R_CERTIFICATE_VERIFY_FAILED");
}

#[test]
fn names_without_numbers_are_found_in_any_case() {
    check_first("CRASHLOOPBACKOFF", "k8s CrashLoopBackOff CrashLoopBackOff");
    check_first("image pull back off", "k8s ImagePullBackOff ImagePullBackOff");
    check_first("redis READONLY", "product redis READONLY READONLY");
    // Ordinary words in a sentence name nothing.
    let answer = explain("the tenant was evicted and the file is missing");
    assert!(answer.readings.iter().all(|reading| reading.family.name() != "k8s"), "{:?}", answer.readings);
}

#[test]
fn a_library_number_is_an_error_of_the_protocol() {
    let answer = explain("-1765328360");
    let names: Vec<&str> = answer.readings.iter().filter_map(|reading| reading.symbol).collect();
    assert_eq!(names, ["KRB5KDC_ERR_PREAUTH_FAILED", "KDC_ERR_PREAUTH_FAILED"]);
    let first = &answer.readings[0];
    assert_eq!(first.signature.as_ref().map(ToString::to_string).as_deref(), Some("kerberos:0x18"));
    assert!(first.meaning.is_some() && first.meaning == answer.readings[1].meaning);
    check_first("2529638936", "krb5 -1765328360 KRB5KDC_ERR_PREAUTH_FAILED");
}

#[test]
fn signatures_are_described_by_what_they_hold() {
    let symbol = |text: &str| describe(&text.parse().unwrap()).and_then(|reading| reading.symbol);
    assert_eq!(symbol("http:500.19"), Some("Configuration data is invalid"));
    assert_eq!(symbol("http:404.99"), Some("Not Found"));
    assert_eq!(symbol("http:503"), Some("Service Unavailable"));
    assert_eq!(symbol("k8s:OOMKilled"), Some("OOMKilled"));
    assert_eq!(symbol("kerberos:0x96C73A9C"), Some("KRB5_KDC_UNREACH"));
    assert_eq!(symbol("kerberos:0x18"), Some("KDC_ERR_PREAUTH_FAILED"));
    assert_eq!(symbol("win32:809"), Some("ERROR_VPN_TIMEOUT"));
    assert_eq!(symbol("win32:740"), Some("ERROR_ELEVATION_REQUIRED"));
    assert_eq!(symbol("win32:5"), Some("ERROR_ACCESS_DENIED"));
}
