#!/usr/bin/env python3
"""Times taking mail into an empty case store, beside notmuch; how it grows; and how quick a search is.

usage: python3 benches/ingest.py [--mails 20000] [--attach 0.2] [--runs 3] [--grow] [--casebook target/release/casebook]

notmuch comes with `apt-get install notmuch` (or your system's package); without it casebook is timed alone. The mails are made
up here: threads in English and Chinese, ticket numbers, one of 400 error codes per thread drawn by a Zipf law, and on a share
of them (--attach) a log of 20 to 200 KB. notmuch indexes headers and text bodies and opens no attachments: --attach 0 compares
like with like. --grow takes 2,000, 20,000 and 200,000 mails in and prints the time per mail, which should not grow.
Memory is each program's peak.
"""
import argparse
import base64
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time

WORDS = ("printer driver update reboot cluster backup domain policy certificate replication storage tunnel session profile "
         "queue mailbox agent console desktop license gateway monitor volume snapshot").split()
HAN = ("打印机 驱动 补丁 重启 集群 备份 域 策略 证书 复制 存储 会话 配置 队列 邮箱 代理 控制台 桌面 许可 网关 监控 卷 快照 "
       "用户 服务 安装 失败 无法 连接 之后").split()
NAMES = ("Ann Field", "Oskar Lind", "林晓", "周川", "Ines Duarte", "何禾")


def codes():
    r = random.Random(1)
    return [f"0x{r.choice((0x8007, 0x8024, 0x800f, 0xc000)):04x}{r.randrange(1, 0x0fff):04x}" for _ in range(400)]


def log(r, code):
    lines = []
    for _ in range(r.randrange(200, 2000)):
        bad = r.random() < 0.02
        what = f"Failed to process {r.choice(WORDS)}{r.randrange(99)}.sys [HRESULT = {code}]" if bad else \
            f"Session {r.randrange(10**6)} {r.choice(WORDS)} {r.choice(WORDS)} completed"
        lines.append(f"2024-09-10 {r.randrange(24):02}:{r.randrange(60):02}:{r.randrange(60):02}, {'Error' if bad else 'Info '}"
                     f"                 CBS    {what}")
    return "\r\n".join(lines)


def make(folder, count, attach):
    """Writes a Maildir; the same arguments give the same mails."""
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, name))
    r, known, done, thread = random.Random(7), codes(), 0, 0
    weights = [1 / (place + 1) for place in range(len(known))]
    while done < count:
        thread += 1
        code, chinese = r.choices(known, weights)[0], r.random() < 0.5
        words, joint = (HAN, "") if chinese else (WORDS, " ")
        number, before, start = f"INC{thread:07}", [], 1_704_067_200 + r.randrange(31_000_000)
        title = joint.join(r.sample(words, 4))
        for place in range(r.randrange(1, 6)):
            if done == count:
                break
            text = "\n".join(joint.join(r.choices(words, k=14)) + ("。" if chinese else ".") for _ in range(r.randrange(3, 14)))
            text += f"\n{'错误' if chinese else 'it fails with'} {code}\n"
            if before:
                text += "\n" + "\n".join("> " + line for line in before[-1][1].split("\n"))
            own = f"{thread}.{place}@bench.example"
            head = [f"From: =?utf-8?b?{base64.b64encode(r.choice(NAMES).encode()).decode()}?= <u{r.randrange(900)}@c{r.randrange(90)}.example>",
                    "To: support@example.org", f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(start + place * 7200))}",
                    f"Subject: =?utf-8?b?{base64.b64encode((('Re: ' if before else '') + number + ' ' + title).encode()).decode()}?=",
                    f"Message-ID: <{own}>", "MIME-Version: 1.0"]
            if before:
                head += [f"In-Reply-To: <{before[-1][0]}>", "References: " + " ".join(f"<{mid}>" for mid, _ in before)]
            body = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text
            if r.random() < attach:
                coded = base64.encodebytes((own + "\r\n" + log(r, code)).encode()).decode()
                body = ("Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\n" + body + "\r\n--cut\r\nContent-Type: text/plain; name=CBS.log\r\n"
                        "Content-Disposition: attachment; filename=CBS.log\r\nContent-Transfer-Encoding: base64\r\n\r\n" + coded + "\r\n--cut--\r\n")
            with open(os.path.join(folder, "cur", f"{start}.{done:07}.bench:2,S"), "wb") as file:
                file.write(("\r\n".join(head) + "\r\n" + body).encode())
            before.append((own, text))
            done += 1


def timed(command):
    """Wall seconds, processor seconds and peak MB of a command."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size(folder):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(folder) for f in fs) / 1e6


def take_in(name, binary, mails, scratch):
    """Takes mails into a new database; gives its figures and leaves the database."""
    db = tempfile.mkdtemp(prefix=name, dir=scratch)
    if name == "notmuch":
        config = os.path.join(db, "config")
        os.mkdir(os.path.join(db, "xapian"))
        with open(config, "w") as file:
            file.write(f"[database]\npath={db}/xapian\nmail_root={mails}\n[user]\nname=B\nprimary_email=b@example.org\n[new]\ntags=new\n"
                       "[maildir]\nsynchronize_flags=false\n")
        return timed(["notmuch", "--config", config, "new", "--quiet", "--no-hooks"]), db
    # Matching is a pass of its own behind the taking in; the other program does nothing like it.
    return timed([binary, "--data", db, "ingest", "--matching", "later", mails]), db


def searches(binary, db):
    """Medians of cold processes, in ms; the files are in the page cache."""
    for query in (["0x80070005"], [codes()[0]], ["补丁"], ["printer", "driver"]):
        command = [binary, "--data", db, "search", "--in", "cases", *query]
        times = sorted(timed(command)[0] for _ in range(15))
        print(f"  search {' '.join(query):20} {statistics.median(times) * 1000:7.1f} ms")
    for command in (["case", "list"], ["case", "show", "INC0000001"]):
        times = sorted(timed([binary, "--data", db, *command])[0] for _ in range(15))
        print(f"  {' '.join(command):27} {statistics.median(times) * 1000:7.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--attach", type=float, default=0.2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--grow", action="store_true")
    parser.add_argument("--casebook", default="target/release/casebook")
    parser.add_argument("--tmp", help="where mails and databases go")
    a = parser.parse_args()
    binary = os.path.abspath(a.casebook)
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    for count in (2_000, 20_000, 200_000) if a.grow else (a.mails,):
        with tempfile.TemporaryDirectory(dir=a.tmp) as scratch:
            mails = os.path.join(scratch, "mails")
            make(mails, count, a.attach)
            names = [] if a.grow or not shutil.which("notmuch") else ["notmuch"]
            print(f"{count:,} mails, {size(mails):,.0f} MB")
            medians = {}
            for name in names + ["casebook"]:
                runs = []
                for _ in range(1 if a.grow else a.runs):
                    figures, db = take_in(name, binary, mails, scratch)
                    runs.append((*figures, size(db)))
                    kept = db if name == "casebook" else shutil.rmtree(db)
                wall, cpu, rss, disk = (statistics.median(run[at] for run in runs) for at in range(4))
                medians[name] = wall
                print(f"  {name:9} {wall:8.2f} s  {cpu:8.2f} s of processor  {rss:5.0f} MB memory  {disk:7.1f} MB on disk  {wall / count * 1e6:6.0f} µs a mail")
            if "notmuch" in medians:
                print(f"  casebook is {medians['notmuch'] / medians['casebook']:.1f} times as fast")
            searches(binary, kept)


if __name__ == "__main__":
    main()
