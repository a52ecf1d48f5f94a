//! The second half of a failed Windows upgrade, `0xC1900101-0x20017`: where it stopped.
//!
//! The upper 16 bits name the phase, the lower 16 the operation. Reference: the upgrade error
//! codes in the Windows deployment documentation; written by hand, not yet compared row by row.

use super::derive::Sentence;

const PHASES: &[(u32, &str, &str)] = &[
    (0, "unknown phase", "未知阶段"),
    (1, "downlevel phase (the old Windows still runs)", "下层阶段（旧系统仍在运行）"),
    (2, "safe operating system phase (Windows PE)", "安全操作系统阶段（Windows PE）"),
    (3, "first boot phase", "首次启动阶段"),
    (4, "second boot phase (out-of-box experience)", "第二次启动阶段（开箱体验 OOBE）"),
    (5, "uninstall phase (rollback)", "卸载阶段（回滚）"),
];

const OPERATIONS: &[(u32, &str, &str)] = &[
    (0x00, "unknown operation", "未知操作"),
    (0x01, "copy payload", "复制安装内容"),
    (0x02, "download updates", "下载更新"),
    (0x03, "install updates", "安装更新"),
    (0x04, "install recovery environment", "安装恢复环境"),
    (0x05, "install recovery image", "安装恢复映像"),
    (0x06, "replicate optional components", "复制可选组件"),
    (0x07, "install drivers", "安装驱动程序"),
    (0x08, "prepare safe operating system", "准备安全操作系统"),
    (0x09, "prepare rollback", "准备回滚"),
    (0x0A, "prepare first boot", "准备首次启动"),
    (0x0B, "prepare second boot", "准备第二次启动"),
    (0x0C, "apply image", "应用映像"),
    (0x0D, "migrate data", "迁移数据"),
    (0x0E, "set product key", "设置产品密钥"),
    (0x0F, "add unattend file", "添加应答文件"),
    (0x10, "add driver", "添加驱动程序"),
    (0x11, "enable feature", "启用功能"),
    (0x12, "disable feature", "禁用功能"),
    (0x13, "register asynchronous process", "注册异步进程"),
    (0x14, "register synchronous process", "注册同步进程"),
    (0x15, "create file", "创建文件"),
    (0x16, "create registry", "创建注册表项"),
    (0x17, "boot", "启动"),
    (0x18, "sysprep", "系统准备（Sysprep）"),
    (0x19, "out-of-box experience", "开箱体验（OOBE）"),
    (0x1A, "begin first boot", "开始首次启动"),
    (0x1B, "end first boot", "结束首次启动"),
    (0x1C, "begin second boot", "开始第二次启动"),
    (0x1D, "end second boot", "结束第二次启动"),
    (0x1E, "pre-release preparation", "预发布准备"),
    (0x1F, "release preparation", "发布准备"),
    (0x20, "post-release preparation", "发布后准备"),
    (0x21, "apply updates", "应用更新"),
    (0x22, "run customer hooks", "运行自定义脚本"),
];

/// Phase and operation in words; `None` when the number has neither a known phase nor operation.
pub fn phase(number: u32) -> Option<Sentence> {
    let find = |list: &[(u32, &'static str, &'static str)], wanted: u32| {
        list.iter().find(|(found, _, _)| *found == wanted).map(|&(_, en, zh)| (en, zh))
    };
    let (phase_en, phase_zh) = find(PHASES, number >> 16)?;
    let (step_en, step_zh) = find(OPERATIONS, number & 0xFFFF)?;
    Some(Sentence::new(
        format!("0x{number:X}: failed in the {phase_en}, operation: {step_en}"),
        format!("0x{number:X}：失败于{phase_zh}，操作：{step_zh}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_in_words() {
        let sentence = phase(0x20017).expect("known");
        assert!(sentence.en.contains("Windows PE") && sentence.en.ends_with("boot"), "{}", sentence.en);
        assert!(phase(0x4000D).is_some_and(|sentence| sentence.en.contains("migrate data")));
    }

    #[test]
    fn other_numbers_are_no_phase() {
        assert_eq!(phase(0x9_0017), None);
        assert_eq!(phase(0x2_0FFF), None);
    }
}
