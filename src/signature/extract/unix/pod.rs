//! Reasons that Kubernetes gives for pods, nodes and volumes in trouble: `CrashLoopBackOff`.
//!
//! Names are those of the kubelet's and the controllers' events (pkg/kubelet/events, pkg/kubelet/images,
//! pkg/controller) and of container states.

use crate::signature::SignatureKind as Kind;

use super::super::{Scan, flags::Flags, lex, lines};

macro_rules! reasons {
    ($list:ident, $names:ident: $($lower:literal = $name:literal,)+) => {
        /// Names as Kubernetes writes them.
        const $names: &[&str] = &[$($name,)+];
        /// The same in lower case, for the triggers.
        pub(super) const $list: &[&str] = &[$($lower,)+];
    };
}

// Words that mean nothing else, in whatever case a person writes them.
reasons! { REASONS, REASON_NAMES:
    "crashloopbackoff" = "CrashLoopBackOff",
    "oomkilled" = "OOMKilled",
    "imagepullbackoff" = "ImagePullBackOff",
    "errimagepull" = "ErrImagePull",
    "errimageneverpull" = "ErrImageNeverPull",
    "imageinspecterror" = "ImageInspectError",
    "invalidimagename" = "InvalidImageName",
    "registryunavailable" = "RegistryUnavailable",
    "signaturevalidationfailed" = "SignatureValidationFailed",
    "createcontainerconfigerror" = "CreateContainerConfigError",
    "createcontainererror" = "CreateContainerError",
    "runcontainererror" = "RunContainerError",
    "killcontainererror" = "KillContainerError",
    "verifynonrooterror" = "VerifyNonRootError",
    "createpodsandboxerror" = "CreatePodSandboxError",
    "configpodsandboxerror" = "ConfigPodSandboxError",
    "containercannotrun" = "ContainerCannotRun",
    "containerstatusunknown" = "ContainerStatusUnknown",
    "poststarthookerror" = "PostStartHookError",
    "prestarthookerror" = "PreStartHookError",
    "precreatehookerror" = "PreCreateHookError",
    "failedscheduling" = "FailedScheduling",
    "failedmount" = "FailedMount",
    "failedattachvolume" = "FailedAttachVolume",
    "faileddetachvolume" = "FailedDetachVolume",
    "failedmapvolume" = "FailedMapVolume",
    "failedcreatepodsandbox" = "FailedCreatePodSandBox",
    "failedpodsandboxstatus" = "FailedPodSandBoxStatus",
    "failedcreatepodcontainer" = "FailedCreatePodContainer",
    "failedkillpod" = "FailedKillPod",
    "failedcreate" = "FailedCreate",
    "faileddelete" = "FailedDelete",
    "failedpoststarthook" = "FailedPostStartHook",
    "failedprestophook" = "FailedPreStopHook",
    "failedbinding" = "FailedBinding",
    "failednodeallocatableenforcement" = "FailedNodeAllocatableEnforcement",
    "failedgetresourcemetric" = "FailedGetResourceMetric",
    "failedcomputemetricsreplicas" = "FailedComputeMetricsReplicas",
    "failedgetscale" = "FailedGetScale",
    "faileddaemonpod" = "FailedDaemonPod",
    "failedtoretrieveimagepullsecret" = "FailedToRetrieveImagePullSecret",
    "provisioningfailed" = "ProvisioningFailed",
    "volumeresizefailed" = "VolumeResizeFailed",
    "volumebindingfailed" = "VolumeBindingFailed",
    "hostportconflict" = "HostPortConflict",
    "networknotready" = "NetworkNotReady",
    "networkpluginnotready" = "NetworkPluginNotReady",
    "kubeletnotready" = "KubeletNotReady",
    "nodenotready" = "NodeNotReady",
    "nodenotschedulable" = "NodeNotSchedulable",
    "nodestatusunknown" = "NodeStatusUnknown",
    "nodeunreachable" = "NodeUnreachable",
    "nodehasdiskpressure" = "NodeHasDiskPressure",
    "nodehasinsufficientmemory" = "NodeHasInsufficientMemory",
    "nodehasinsufficientpid" = "NodeHasInsufficientPID",
    "evictionthresholdmet" = "EvictionThresholdMet",
    "freediskspacefailed" = "FreeDiskSpaceFailed",
    "imagegcfailed" = "ImageGCFailed",
    "containergcfailed" = "ContainerGCFailed",
    "invaliddiskcapacity" = "InvalidDiskCapacity",
    "systemoom" = "SystemOOM",
    "backofflimitexceeded" = "BackoffLimitExceeded",
    "progressdeadlineexceeded" = "ProgressDeadlineExceeded",
    "unexpectedadmissionerror" = "UnexpectedAdmissionError",
    "topologyaffinityerror" = "TopologyAffinityError",
    "outofcpu" = "OutOfcpu",
    "outofmemory" = "OutOfmemory",
    "outofpods" = "OutOfpods",
    "probewarning" = "ProbeWarning",
    "dnsconfigforming" = "DNSConfigForming",
    "missingclusterdns" = "MissingClusterDNS",
}

// Words of other meanings too: only as written, and where Kubernetes is spoken of.
reasons! { EVENTS, EVENT_NAMES:
    "evicted" = "Evicted",
    "unhealthy" = "Unhealthy",
    "backoff" = "BackOff",
    "deadlineexceeded" = "DeadlineExceeded",
    "nodelost" = "NodeLost",
    "preempting" = "Preempting",
    "rebooted" = "Rebooted",
    "starterror" = "StartError",
    "inspectfailed" = "InspectFailed",
}

fn canonical(names: &'static [&'static str], word: &str) -> Option<&'static str> {
    names.iter().copied().find(|name| name.eq_ignore_ascii_case(word))
}

/// A word that only Kubernetes says, at `at..end`.
pub(super) fn reason(scan: &mut Scan<'_>, at: usize, end: usize) {
    let Some(name) = canonical(REASON_NAMES, &scan.text[at..end]) else { return };
    let written = &scan.text[at..end];
    // `OutOfMemory` is a word of many programs.
    if name.starts_with("OutOf") && written != name {
        return;
    }
    if !lex::starts_word(scan.bytes, at) || !lex::ends_word(scan.bytes, end) || denied(scan.bytes, end) {
        return;
    }
    scan.push(Kind::K8s, name, at..end);
}

/// `"OOMKilled": false`, `OOMKilled=false`.
fn denied(bytes: &[u8], end: usize) -> bool {
    let value = lex::skip_while(bytes, end, 5, |byte| matches!(byte, b'"' | b'\'' | b':' | b'=' | b' '));
    value > end && lex::has(bytes, value, "false")
}

/// A word of events that others use too, at `at..end`.
pub(super) fn event(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let Some(name) = canonical(EVENT_NAMES, &scan.text[at..end]) else { return };
    if &scan.text[at..end] != name || !lex::starts_word(bytes, at) || !lex::ends_word(bytes, end) {
        return;
    }
    let head = lines::before(scan.text, at);
    let label = head.trim_end_matches([' ', '\t', ':', '=', '"', '\\', '\'']);
    let labeled =
        label.len() < head.len() && (label.ends_with("reason") || label.ends_with("Reason") || label.ends_with("原因"));
    // `Warning  Unhealthy  5m`, `LAST SEEN  TYPE  REASON`, and a pod's state behind `0/1`.
    let column = head.trim_end().ends_with("Warning") || head.trim_end().ends_with("Normal");
    let state = head.trim_end().rsplit(' ').next().is_some_and(|word| {
        word.split_once('/').is_some_and(|(ready, all)| {
            [ready, all]
                .iter()
                .all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
    });
    let remote = label.ends_with("code"); // rpc error: code = DeadlineExceeded
    if labeled || column || state || !remote && scan.line_flags(at).any(Flags::CONTAINER) {
        scan.push(Kind::K8s, name, at..end);
    }
}

/// The sentence of an event whose reason is told by it; it stands at `at..end`.
pub(super) fn message(scan: &mut Scan<'_>, word: &str, at: usize, end: usize) {
    let name = if word.starts_with("back-off") {
        "BackOff"
    } else if word.contains("probe") {
        "Unhealthy"
    } else if word.starts_with("nodes are") {
        // `0/3 nodes are available: 3 Insufficient cpu.`
        let head = lines::before(scan.text, at);
        let none =
            head.trim_end().rsplit(' ').next().is_some_and(|word| word.trim_start_matches('"').starts_with("0/"));
        if !none {
            return;
        }
        "FailedScheduling"
    } else {
        "Evicted"
    };
    scan.push(Kind::K8s, name, at..end);
}
