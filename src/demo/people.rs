//! Customers, their people and their machines. All are invented; their hosts lie below the domains that are kept for examples.

use super::random::Random;

/// Who has cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its name.
    pub name: String,
    /// The domain of its mail.
    pub domain: String,
    /// Whether it writes Chinese.
    pub chinese: bool,
    /// Hours by which its clock is before UTC.
    pub hours_east: i32,
}

/// Somebody who writes mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    /// How they are greeted.
    pub(super) called: String,
    pub(super) address: String,
}

/// The domain of the desk that answers.
pub const DESK: &str = "desk.example.com";

const EN_FIRST: [&str; 15] = [
    "Papercrane",
    "Bluekettle",
    "Tinwhistle",
    "Copperfern",
    "Mossgate",
    "Rivermint",
    "Oddlamp",
    "Northpebble",
    "Halfmoon Quay",
    "Fernhollow",
    "Saltlark",
    "Thistledown",
    "Greywren",
    "Amberloft",
    "Wickerby",
];
const EN_SECOND: [&str; 12] = [
    "Freight",
    "Insurance",
    "Foods",
    "Clinic",
    "Energy",
    "Print",
    "Waterworks",
    "Retail",
    "Optics",
    "Timber",
    "Railways",
    "Bank",
];
const ZH_FIRST: [(&str, &str); 12] = [
    ("纸鹤", "zhihe"),
    ("橘灯", "judeng"),
    ("松塔", "songta"),
    ("雨燕", "yuyan"),
    ("竹筏", "zhufa"),
    ("海螺湾", "hailuowan"),
    ("风铃", "fengling"),
    ("石榴里", "shiliuli"),
    ("蓝鲸港", "lanjinggang"),
    ("青苔", "qingtai"),
    ("白露", "bailu"),
    ("星砂", "xingsha"),
];
const ZH_SECOND: [(&str, &str); 9] = [
    ("物流", "wuliu"),
    ("保险", "baoxian"),
    ("食品", "shipin"),
    ("医院", "yiyuan"),
    ("能源", "nengyuan"),
    ("印务", "yinwu"),
    ("水务", "shuiwu"),
    ("商贸", "shangmao"),
    ("银行", "yinhang"),
];

/// Of five customers in a row, those that write Chinese.
const CHINESE: [bool; 5] = [false, true, false, false, true];

/// The customer of a number: always the same.
pub fn customer(number: usize) -> Customer {
    let (row, place) = (number / CHINESE.len(), number % CHINESE.len());
    let chinese = CHINESE[place];
    // Numbered apart for each language, so that no pair of names is left out.
    let nth = row * CHINESE.iter().filter(|one| **one == chinese).count()
        + CHINESE[..place].iter().filter(|one| **one == chinese).count();
    let again = |pairs: usize| if nth < pairs { String::new() } else { (nth / pairs + 1).to_string() };
    if chinese {
        let (first, second) = (ZH_FIRST[nth % ZH_FIRST.len()], ZH_SECOND[(nth / ZH_FIRST.len()) % ZH_SECOND.len()]);
        let again = again(ZH_FIRST.len() * ZH_SECOND.len());
        let name = format!("{}{}{again}", first.0, second.0);
        Customer { name, domain: format!("{}-{}{again}.example.cn", first.1, second.1), chinese, hours_east: 8 }
    } else {
        let (first, second) = (EN_FIRST[nth % EN_FIRST.len()], EN_SECOND[(nth / EN_FIRST.len()) % EN_SECOND.len()]);
        let again = again(EN_FIRST.len() * EN_SECOND.len());
        let name = format!("{first} {second} {again}").trim_end().to_string();
        let domain = format!("{first}-{second}{again}.example.com").to_lowercase().replace(' ', "-");
        Customer { name, domain, chinese, hours_east: [0, 1, -5][nth % 3] }
    }
}

const EN_GIVEN: [&str; 14] = [
    "Ada", "Bruno", "Carla", "Denis", "Edda", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Luca", "Mina", "Nils",
];
const EN_FAMILY: [&str; 14] = [
    "Appleyard",
    "Brightwater",
    "Cobbler",
    "Dunmore",
    "Eastlake",
    "Fiddler",
    "Goodspeed",
    "Hollowell",
    "Inkpen",
    "Larkin",
    "Mapleton",
    "Nightingale",
    "Oakenfold",
    "Pennyworth",
];
const ZH_FAMILY: [(&str, &str); 12] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("赵", "zhao"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("林", "lin"),
];
const ZH_GIVEN: [(&str, &str); 12] = [
    ("晓枫", "xiaofeng"),
    ("若溪", "ruoxi"),
    ("思远", "siyuan"),
    ("雨桐", "yutong"),
    ("明轩", "mingxuan"),
    ("子墨", "zimo"),
    ("清扬", "qingyang"),
    ("佳禾", "jiahe"),
    ("云帆", "yunfan"),
    ("一诺", "yinuo"),
    ("景行", "jingxing"),
    ("知秋", "zhiqiu"),
];

/// One of the few people of a customer who write to the desk.
pub(super) fn person(random: &mut Random, by: usize, of: &Customer) -> Person {
    let nth = by * 5 + random.below(4);
    named(nth, of.chinese, &of.domain)
}

/// Somebody of the desk.
pub(super) fn agent(random: &mut Random, chinese: bool) -> Person {
    named(1_000 + random.below(5) * 17, chinese, DESK)
}

fn named(nth: usize, chinese: bool, domain: &str) -> Person {
    if chinese {
        let (family, given) = (ZH_FAMILY[nth % ZH_FAMILY.len()], ZH_GIVEN[(nth / 5) % ZH_GIVEN.len()]);
        let name = format!("{}{}", family.0, given.0);
        Person { called: name.clone(), name, address: format!("{}.{}@{domain}", given.1, family.1) }
    } else {
        let (given, family) = (EN_GIVEN[nth % EN_GIVEN.len()], EN_FAMILY[(nth / 5) % EN_FAMILY.len()]);
        let address = format!("{given}.{family}@{domain}").to_lowercase();
        Person { name: format!("{given} {family}"), called: given.to_string(), address }
    }
}

/// The name of a machine of a customer.
pub(super) fn host(random: &mut Random, product: &str) -> String {
    let sort = match product {
        "Windows 10" => ["PC", "NB", "WS"],
        "Linux" | "Interface server" | "Web front end" | "Mail gateway" => ["lnx", "node", "gw"],
        _ => ["SRV", "APP", "DB"],
    };
    format!("{}-{:02}", random.pick(&sort), 1 + random.below(60))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn customers_differ_and_lie_below_example_domains() {
        let all: Vec<Customer> = (0..400).map(customer).collect();
        let names: HashSet<&str> = all.iter().map(|one| one.name.as_str()).collect();
        let domains: HashSet<&str> = all.iter().map(|one| one.domain.as_str()).collect();
        assert_eq!((names.len(), domains.len()), (400, 400));
        for one in &all {
            assert!(one.domain.ends_with(if one.chinese { ".example.cn" } else { ".example.com" }), "{one:?}");
            assert!(one.domain.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b)));
        }
        assert_eq!(all[..100].iter().filter(|one| one.chinese).count(), 40);
    }
}
