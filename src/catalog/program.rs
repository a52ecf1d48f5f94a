//! Programs that document their own exit status: `rsync 23`, `robocopy exit code 8`, `grpc-status 14`.
//!
//! The same small number means something else in each, so it is read so only where the text names the program.

use super::{by_family, family::Family, notation};

/// Other names under which a program of the table is named.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("grpc-status", "grpc"),
    ("grpc_status", "grpc"),
    ("ansible-playbook", "ansible"),
    ("apt-get", "apt"),
    ("apt-cache", "apt"),
    ("dnf", "yum"),
    ("7za", "7z"),
    ("7zip", "7z"),
    ("e2fsck", "fsck"),
    ("fsck.ext4", "fsck"),
    ("check_mk", "nagios"),
    ("icinga", "nagios"),
    ("scp", "ssh"),
    ("sftp", "ssh"),
    ("egrep", "grep"),
    ("robocopy.exe", "robocopy"),
    ("xcopy.exe", "xcopy"),
    ("chkdsk.exe", "chkdsk"),
];

/// The programs that a text names, in its order.
pub fn named(tokens: &[&str]) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for token in tokens {
        let token = token.to_ascii_lowercase();
        let name = OTHER_NAMES.iter().find(|(other, _)| *other == token).map_or(token.as_str(), |(_, name)| name);
        let known = notation::PROGRAMS.iter().copied().find(|program| *program == name);
        if let Some(program) = known.filter(|program| !found.contains(program)) {
            found.push(program);
        }
    }
    found
}

/// The exit status of a program as written: `rsync 23`.
pub fn text(number: u32) -> String {
    let place = usize::try_from(number >> 16).ok().and_then(|place| place.checked_sub(1));
    let program = place.and_then(|place| notation::PROGRAMS.get(place)).copied().unwrap_or("?");
    format!("{program} {}", number & 0xFFFF)
}

/// The number under which the table has an exit status of a program, if it has it.
pub fn number(program: &str, status: u32) -> Option<u32> {
    let number = notation::parse_number("program", &format!("{program} {status}"))?;
    (!by_family(Family::Program, number).is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_named_by_whole_words() {
        assert_eq!(named(&["rsync", "error", "code", "23"]), ["rsync"]);
        assert_eq!(named(&["apt-get", "dpkg"]), ["apt", "dpkg"]);
        assert_eq!(named(&["Robocopy.exe", "8"]), ["robocopy"]);
        assert!(named(&["rsyncd", "23"]).is_empty());
    }

    #[test]
    fn an_exit_status_is_written_as_it_came() {
        for written in ["rsync 23", "timeout 124", "robocopy 0"] {
            assert_eq!(notation::program_number(written).map(text).as_deref(), Some(written));
        }
        assert_eq!(notation::program_number("rsync"), None);
        assert_eq!(notation::program_number("nosuch 1"), None);
        assert_eq!(notation::program_number("rsync 70000"), None);
    }

    #[test]
    fn other_names_stand_for_programs_of_the_table() {
        for (_, name) in OTHER_NAMES {
            assert!(notation::PROGRAMS.contains(name), "{name}");
        }
        for program in notation::PROGRAMS {
            assert!((0..256).any(|status| number(program, status).is_some()), "{program}");
        }
    }
}
