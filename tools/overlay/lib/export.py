"""Makes a git branch of the overlay: the kernel's own tree, and one commit for each step.

build/series/linux-NAME/   the repository: branch `pristine` is the kernel's own tree, BRANCH the series, and
                           BRANCH-apart has the steps marked 'apart' on top
build/series/*.patch       the series as files to be sent
build/series/apart/        those of the steps marked 'apart'

The same overlay on the same kernel gives the same commit ids: author and date of a commit are those of this repository.
"""

import glob
import os
import shutil
import subprocess
import tempfile

from errors import OverlayError
from memo import Memo
from message import read_message
from paths import TOOLS, TOP
from series import read_series
from stage import take
from tree import ROOM as STATE
from tree import Tree

BRANCH = "drm-sched-fini-device"
APART = BRANCH + "-apart"
PRISTINE = "pristine"
ROOM = os.path.join(TOP, "build", "series")
COVER = "tools/overlay/messages/cover.txt"

# As kernel developers have it. Git is not to tidy up while we wait, and a further hard link changes no file.
SETTINGS = ("safe.directory=*", "core.autocrlf=false", "core.abbrev=12", "gc.auto=0", "core.trustctime=false")
SETTINGS = [word for setting in SETTINGS for word in ("-c", setting)]

# The kernel's tree is nobody's work here.
NOBODY = ("Linux", "linux-kernel@vger.kernel.org", "1700000000 +0000")


def environment(person=NOBODY):
    """No setting of the user or the machine changes what git does here."""
    settings = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    name, email, date = person
    settings.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null", LC_ALL="C.UTF-8", TZ="UTC")
    for role in ("AUTHOR", "COMMITTER"):
        settings.update({f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": email, f"GIT_{role}_DATE": date})
    return settings


def git(directory, *arguments, person=NOBODY, **options):
    """What git prints. It must succeed."""
    options.setdefault("stdin", subprocess.DEVNULL)
    command = ["git", *SETTINGS, *arguments]
    result = subprocess.run(
        command, cwd=directory, env=environment(person), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )
    if result.returncode != 0:
        text = (result.stdout + result.stderr).decode(errors="replace").strip()
        raise OverlayError(f"git {arguments[0]} failed in {directory}", text[-2000:])
    return result.stdout.decode(errors="surrogateescape")


def author():
    """(name, email, date) of the commits: whom git is configured for, and when this repository was last changed."""

    def ours(*arguments):
        command = ["git", "-c", "safe.directory=*", "-C", TOP, *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True).stdout.strip()

    last = ours("log", "-1", "--format=%an%n%ae%n%ct +0000").splitlines()
    if len(last) != 3:
        raise OverlayError("this is no git repository: author and date of the commits are unknown", "clone it")
    return ours("config", "user.name") or last[0], ours("config", "user.email") or last[1], last[2]


def link_tree(source, directory):
    """Fills @directory with a kernel tree, without copying; git replaces files, and never writes into one."""
    names = [os.path.join(source, name) for name in sorted(os.listdir(source)) if name != ".git"]
    for copy in (["-al"], ["-a", "--remove-destination"]):
        if subprocess.run(["cp", *copy, "-t", directory, *names], stderr=subprocess.DEVNULL).returncode == 0:
            return
    raise OverlayError(f"{source} could not be copied to {directory}", "is the disk full?")


class Export:
    def __init__(self):
        if subprocess.run([os.path.join(TOOLS, "need"), "git"]).returncode != 0:
            raise OverlayError("git is missing", "see above")
        result = subprocess.run([os.path.join(TOOLS, "fetch")], stdout=subprocess.PIPE, universal_newlines=True)
        if result.returncode != 0:
            raise OverlayError("there is no kernel to work on", "see the messages above")
        self.source = result.stdout.strip()
        own = "src-" if os.environ.get("KERNEL_SRC") else ""
        self.repository = os.path.join(ROOM, own + os.path.basename(self.source))
        series = read_series(TOP)
        self.steps = series.steps_for(series.present(Tree(self.source).read))
        self.person = author()
        os.makedirs(ROOM, exist_ok=True)
        self.make_repository()

    def git(self, *arguments, **options):
        return git(self.repository, *arguments, **options)

    def make_repository(self):
        """The kernel's own tree in a repository; of a tree that is in git already, its HEAD."""
        in_git = os.path.exists(os.path.join(self.source, ".git"))
        head = git(self.source, "rev-parse", "HEAD").strip() if in_git else None
        if os.path.isdir(self.repository):
            if head and head != self.commit(PRISTINE):
                raise OverlayError(f"{self.repository} is of another commit than {self.source}", "delete it, then repeat")
            return
        if os.path.exists(os.path.join(self.source, ".config")) or os.path.isdir(os.path.join(self.source, "include/config")):
            raise OverlayError(f"{self.source} was configured or compiled in place", f"make -C {self.source} mrproper, then repeat")
        if os.path.exists(os.path.join(self.source, STATE)):
            raise OverlayError(f"the overlay is applied to {self.source}", "make revert KERNEL_SRC=dir, or give another tree")
        new = tempfile.mkdtemp(prefix="new.", dir=ROOM)
        try:
            link_tree(self.source, new)
            git(new, "init", "-q", "-b", PRISTINE)
            if head:
                objects = git(self.source, "rev-parse", "--path-format=absolute", "--git-path", "objects")
                with open(os.path.join(new, ".git/objects/info/alternates"), "w", encoding="utf-8") as file:
                    file.write(objects)
                git(new, "reset", "-q", head)
                if git(new, "diff", "--name-only"):
                    raise OverlayError(f"{self.source} has changes that are not committed", "commit or remove them")
            else:
                # Half a minute less than if everything was compressed
                git(new, "-c", "core.looseCompression=0", "add", "-A", "-f", ".")
                git(new, "commit", "-q", "-m", self.description())
            git(new, "checkout", "-q", "--detach")
            os.chmod(new, 0o755)
            os.rename(new, self.repository)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise

    def description(self):
        """Which kernel it is, for the first commit."""
        try:
            with open(self.source + ".version", encoding="utf-8") as file:
                fields = dict(line.split(": ", 1) for line in file.read().splitlines())
            return f"Linux, from {fields['Package']} {fields['Version']}"
        except FileNotFoundError:
            return "Linux"

    def commit(self, name):
        return self.git("rev-parse", "--verify", name + "^{commit}").strip()

    def write(self):
        """Makes the branches. Returns [(step, commit)]."""
        tree = Tree(self.source)
        memo = Memo(os.path.join(ROOM, "memo"))
        results, stream = {}, []
        for number, step in enumerate(self.steps, 1):
            before = {path: (result.content, result.mode) for path, result in results.items()}
            paths = take(step, results, tree.read, memo.apply_cocci)
            changed = [path for path in sorted(paths) if self.differs(results[path], before.get(path), path, tree)]
            if not changed:
                raise OverlayError(f"series:{step.line}: step {step.name} changes nothing", "take it out")
            stream.append(self.commit_command(number, step, {path: results[path] for path in changed}))
        memo.save()
        self.git("checkout", "-q", "--detach")
        for branch in (BRANCH, APART):
            self.git("update-ref", "-d", f"refs/heads/{branch}")
        self.git("fast-import", "--quiet", "--force", "--date-format=raw", stdin=None, input=b"".join(stream))
        tip = APART if self.steps[-1].apart else BRANCH
        commits = self.git("rev-list", "--reverse", f"{PRISTINE}..{tip}").split()
        return list(zip(self.steps, commits))

    def differs(self, result, before, path, tree):
        return (result.content, result.mode) != (before or tree.read(path))

    def commit_command(self, number, step, files):
        """What tells git fast-import to make the commit of a step."""
        message = read_message(TOP, step.message).encode()
        name, email, date = self.person
        lines = [
            f"commit refs/heads/{APART if step.apart else BRANCH}\nmark :{number}\n".encode(),
            f"author {name} <{email}> {date}\ncommitter {name} <{email}> {date}\n".encode(),
            b"data %d\n%s\n" % (len(message), message),
            f"from {f':{number - 1}' if number > 1 else self.commit(PRISTINE)}\n".encode(),
        ]
        for path, result in files.items():
            mode = "100755" if result.mode & 0o100 else "100644"
            lines.append(f"M {mode} inline {path}\n".encode())
            lines.append(b"data %d\n%s\n" % (len(result.content), result.content))
        return b"".join(lines)

    def format(self):
        """Writes the patches. Returns the paths of the series, and of what goes apart."""
        for path in self.patches():
            os.unlink(path)
        with open(os.path.join(TOP, COVER), encoding="utf-8") as file:
            self.git("config", f"branch.{BRANCH}.description", file.read())
        # Where the version of git would be does not help anybody.
        common = ("format-patch", "-q", "--no-signature", "--base=" + PRISTINE)
        cover = ("--cover-letter", "--cover-from-description=subject")
        self.git(*common, *cover, "-o", ROOM, f"{PRISTINE}..{BRANCH}", person=self.person)
        if self.steps[-1].apart:
            self.git(*common, "-o", os.path.join(ROOM, "apart"), f"{BRANCH}..{APART}", person=self.person)
        return self.patches("*.patch"), self.patches("apart/*.patch")

    def patches(self, *patterns):
        return sorted(path for pattern in patterns or ("*.patch", "apart/*.patch") for path in glob.glob(os.path.join(ROOM, pattern)))
