"""What a program prints, and keeps for a file of the documentation."""

lines = []


def say(text=""):
    lines.append(text)
    print(text, flush=True)


def write(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
