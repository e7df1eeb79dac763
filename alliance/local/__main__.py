"""`python -m alliance.local run|test|check|fix`: what the commands under bin/ call."""

import sys

from alliance.local import LocalError


def main() -> int:
    command, *arguments = sys.argv[1:]
    try:
        if command == "run":
            from alliance.local import supervisor

            return supervisor.run(arguments)
        from alliance.local import checks

        return checks.run(command, arguments)
    except LocalError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
