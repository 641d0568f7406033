"""A kernel tree and what the overlay has done to it.

TREE/.drm-sched-overlay/state.json   id of the applied overlay; for each file of it the hashes it may have
TREE/.drm-sched-overlay/orig/PATH    the kernel's own version of each changed file
TREE/.drm-sched-overlay/new/PATH     results on their way into the tree
TREE/.drm-sched-overlay/memo         see memo.py

Files are always replaced by rename, never written in place: trees are hard-linked copies of each other. A file whose
content stays the same is not touched, so that kbuild does not compile it again.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil

from errors import OverlayError

ROOM = ".drm-sched-overlay"


def digest(content):
    return hashlib.sha256(content).hexdigest()


class Tree:
    def __init__(self, path):
        self.path = path
        if not os.path.isdir(path):
            raise OverlayError(f"{path}: there is no such directory", "give the path of a kernel source tree")
        makefile = self.read("Makefile")
        if (
            not makefile
            or not re.search(rb"^VERSION = \d", makefile[0], re.MULTILINE)
            or not os.path.isdir(self.at("drivers/gpu/drm/scheduler"))
        ):
            raise OverlayError(
                f"{path} is no kernel source tree",
                "a Makefile with VERSION and the directory drivers/gpu/drm/scheduler are expected",
            )
    def at(self, *parts):
        return os.path.join(self.path, *parts)

    def lock(self):
        """Waits until no other process applies to this tree, and reads its state. Lasts until this process ends."""
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        self.state = {"id": None, "files": {}}
        try:
            with open(self.at(ROOM, "state.json"), encoding="utf-8") as file:
                self.state = json.load(file)
        except FileNotFoundError:
            pass
        except ValueError:
            raise OverlayError(
                f"{self.at(ROOM, 'state.json')} cannot be read", "unpack the tree again; nothing was changed"
            ) from None

    def read(self, path):
        """Returns (content, mode) of a file, or None."""
        try:
            with open(self.at(path), "rb") as file:
                return file.read(), os.fstat(file.fileno()).st_mode & 0o777
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read_original(self, path):
        """The same for the file as the kernel has it."""
        recorded = self.state["files"].get(path)
        if not recorded:
            return self.read(path)
        return None if recorded["new"] else self.read(os.path.join(ROOM, "orig", path))

    def check_unedited(self):
        """Raises when somebody changed a file of the overlay in the tree since it was applied."""
        for path, recorded in sorted(self.state["files"].items()):
            current = self.read(path)
            if current and digest(current[0]) not in recorded["accept"]:
                raise OverlayError(
                    f"{self.at(path)} was edited by hand since the overlay was applied",
                    "bring the change into the overlay; then delete this file (it will be made again) and repeat",
                )

    def is_applied(self, identity):
        if self.state["id"] != identity:
            return False
        return all(
            (current := self.read(path)) and digest(current[0]) in recorded["accept"]
            for path, recorded in self.state["files"].items()
        )

    def put(self, results, identity):
        """Makes the tree hold @results ({path: Result}) and nothing else of the overlay. Returns what was touched."""
        wanted = {path: (result.content, result.mode) for path, result in results.items()}
        for path in self.state["files"]:
            wanted.setdefault(path, self.read_original(path))
        touched = sorted(path for path, file in wanted.items() if self.read(path) != file)

        # Everything that can fail for want of space or permission comes before the first rename.
        for path, result in results.items():
            if result.original is not None:
                self.keep_original(path)
        for path in touched:
            if wanted[path]:
                self.write(os.path.join(ROOM, "new", path), *wanted[path])

        # The state allows both the old and the new content meanwhile: an interrupted run can be repeated.
        files = {path: self.record(result) for path, result in results.items()}
        both = {path: dict(recorded) for path, recorded in self.state["files"].items()}
        for path, recorded in files.items():
            old = self.read(path)
            both[path] = {
                "new": recorded["new"],
                "accept": sorted({*recorded["accept"], *([digest(old[0])] if old else [])}),
            }
        for path, recorded in both.items():
            original = self.read_original(path)
            if original and path not in files:
                recorded["accept"] = sorted({*recorded["accept"], digest(original[0])})
        self.save({"id": None, "files": both})
        for path in touched:
            if wanted[path]:
                os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
                os.rename(self.at(ROOM, "new", path), self.at(path))
            else:
                os.unlink(self.at(path))
                self.remove_empty(os.path.dirname(path))
        self.save({"id": identity, "files": files})
        shutil.rmtree(self.at(ROOM, "new"), ignore_errors=True)
        for path in set(both) - set(files):
            if self.read(os.path.join(ROOM, "orig", path)):
                os.unlink(self.at(ROOM, "orig", path))
        return touched

    def record(self, result):
        return {"new": result.original is None, "accept": [digest(result.content)]}

    def keep_original(self, path):
        kept = self.at(ROOM, "orig", path)
        if path in self.state["files"]:
            return
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        if os.path.exists(kept):
            os.unlink(kept)  # left by an interrupted run
        os.link(self.at(path), kept)

    def write(self, path, content, mode):
        os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
        with open(self.at(path + ".tmp"), "wb") as file:
            file.write(content)
        os.chmod(self.at(path + ".tmp"), mode)
        os.rename(self.at(path + ".tmp"), self.at(path))

    def save(self, state):
        self.write(os.path.join(ROOM, "state.json"), json.dumps(state, indent=1, sort_keys=True).encode(), 0o644)
        self.state = state

    def remove_empty(self, directory):
        while directory and not os.listdir(self.at(directory)):
            os.rmdir(self.at(directory))
            directory = os.path.dirname(directory)

    def revert(self):
        touched = self.put({}, None)
        shutil.rmtree(self.at(ROOM))
        return touched
