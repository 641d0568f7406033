"""Counts tests, and prints them."""


class Score:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, name, findings=()):
        findings = [findings] if isinstance(findings, str) else list(findings)
        self.passed += not findings
        self.failed += bool(findings)
        print(f"{'FAIL' if findings else 'ok'} {name}", flush=True)
        for line in findings:
            print(f"    {line}", flush=True)

    def total(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return not self.failed
