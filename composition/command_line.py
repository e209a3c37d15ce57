"""The command line: what `lotse` can be asked to do. Each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doctor.arguments import add_arguments as add_doctor
from provisioning.repository_commands import add_publish, add_repository

if TYPE_CHECKING:
    from hub.settings import HubSettings
    from profiles.settings import Tuf


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; `command` of the result is what is to be called with it, and returns the exit code."""
    if arguments[:1] == ["fleet"]:  # has a parser of its own
        return argparse.Namespace(command=_fleet, words=arguments[1:])
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lotse", description="Software of self-service terminals.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    start = commands.add_parser("run", help="the terminal alone, full screen, as in a foyer")
    start.add_argument("--settings", type=Path, help="the settings file; without it, no devices and no counter")
    start.set_defaults(command=_run)
    demo = commands.add_parser("demo", help="the terminal with everything virtual around it")
    demo.add_argument("--profile", type=Path, help="another profile's folder")
    demo.add_argument("--smoke", action="store_true", help="end as soon as the first screen is shown")
    demo.set_defaults(command=_demo)
    _add_visit(commands)
    add_doctor(commands.add_parser("doctor", help="test every device for real, and write down whether all is ready"))
    form = commands.add_parser("form", help="forms in XDatenfelder 3").add_subparsers(required=True, metavar="WHAT")
    check = form.add_parser("check", help="whether forms can be walked, one JSON line a file")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.set_defaults(command=_check_forms)
    _add_profile(commands)
    add_repository(commands)
    code = commands.add_parser("staff-code", help="make a code for the staff's page at a terminal, and its hash")
    code.set_defaults(command=_staff_code)
    _add_hub(commands)
    _add_enrol(commands)
    commands.add_parser("fleet", help="the terminals of a city, by the hub's API: list, show, assign, command")
    _add_agent(commands)
    _add_machine(commands)
    return parser


def _add_profile(commands: Any) -> None:
    profile = commands.add_parser("profile", help="profiles").add_subparsers(required=True, metavar="WHAT")
    check = profile.add_parser("check", help="every mistake of a profile: file, line and remedy")
    check.add_argument("path", type=Path)
    check.set_defaults(command=_check_profile)
    texts = profile.add_parser("texts", help="the texts of a profile, to be translated: languages/<tag>.po")
    texts.add_argument("language", metavar="LANGUAGE", help="tr, fr, de-x-leicht, …")
    texts.add_argument("path", type=Path)
    texts.set_defaults(command=_profile_texts)
    build = profile.add_parser("build", help="check a profile and make a bundle of it, to be published")
    build.add_argument("path", type=Path)
    build.add_argument("--version", required=True, help="how this version is called: 2026.11.1")
    build.add_argument("--out", type=Path, required=True, metavar="BUNDLE.tar")
    build.set_defaults(command=_build_profile)
    explain = profile.add_parser("explain", help="what a profile says, in which file and line, and what that overrides")
    explain.add_argument("key", metavar="KEY", help="timers.idle, services.hund-anmelden.costs, logo.svg, …")
    explain.add_argument("path", type=Path)
    explain.set_defaults(command=_explain_profile)
    diff = profile.add_parser("diff", help="what is different in another version, in words; exits 1 if anything is")
    for name in ("old", "new"):
        diff.add_argument(name, type=Path, help="a profile's folder, or a bundle")
    diff.set_defaults(command=_diff_profiles)
    preview = profile.add_parser("preview", help="a profile in a window, without devices")
    preview.add_argument("path", type=Path)
    preview.add_argument("--landscape", action="store_true", help="wider than high")
    preview.add_argument("--smoke", action="store_true", help="end as soon as the first screen is shown")
    preview.set_defaults(command=_preview_profile)
    add_publish(profile)


def _add_visit(commands: Any) -> None:
    visit = commands.add_parser("visit", help="walk a whole visit without a person")
    visit.add_argument("answers", type=Path, metavar="ANSWERS.yaml")
    visit.add_argument("--out", type=Path, required=True, metavar="DIR")
    visit.add_argument("--profile", type=Path)
    visit.add_argument("--language", default="de")
    visit.add_argument("--text-size", choices=("S", "M", "L", "XL"), default="M")
    visit.add_argument("--contrast", choices=("light", "dark", "soft", "dim"), default="soft")
    visit.add_argument("--form", type=Path, metavar="FILE.xdf.xml", help="walk this form instead of the service's")
    visit.set_defaults(command=_visit)


def _add_hub(commands: Any) -> None:
    hub = commands.add_parser("hub", help="the server of a site").add_subparsers(required=True, metavar="WHAT")
    serve = hub.add_parser("serve", help="serve the counter's page and the terminals' calls")
    serve.add_argument("--settings", type=Path, required=True, help="the hub's settings file")
    serve.set_defaults(command=_serve_hub)
    user = hub.add_parser("user", help="who may use the staff's pages").add_subparsers(required=True, metavar="WHAT")
    add = _hub_command(user, "add", "add_user", "add an account; the password is asked for, or read from a pipe")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="what visitors read: 'Frau Yılmaz'")
    add.add_argument("--role", choices=("staff", "lead", "it", "auditor"), default="staff")
    add.add_argument("--site", default="", help="one site's calls only")
    add.add_argument("--without-code", action="store_true", help="no one-time codes: password alone")
    _hub_command(user, "list", "list_users", "list the accounts")
    lock = _hub_command(user, "lock", "lock_user", "lock an account and end its sessions")
    lock.add_argument("login")
    lock.add_argument("--unlock", action="store_true", help="unlock it")
    password = _hub_command(user, "password", "change_password", "set a new password")
    password.add_argument("login")
    password.add_argument("--new-code", action="store_true", help="a new secret for the authenticator app too")
    _add_tokens(hub)
    _add_enrolment(hub)
    audit = hub.add_parser("audit", help="the audit log").add_subparsers(required=True, metavar="WHAT")
    verify = _hub_command(audit, "verify", "verify_audit", "check the audit log's chain")
    verify.add_argument("--head", metavar="NUMBER:CHAIN", help="an end of the chain that was noted before")


def _add_tokens(hub: Any) -> None:
    token = hub.add_parser("token", help="tokens for lotse fleet").add_subparsers(required=True, metavar="WHAT")
    add = _hub_command(token, "add", "add_token", "make a token for an account, and print it once", "fleet_commands")
    add.add_argument("login")
    add.add_argument("--label", default="", help="what it is for")
    add.add_argument("--days", type=int, default=90, help="so long it is good for")
    _hub_command(token, "list", "list_tokens", "list the tokens", "fleet_commands")
    end = _hub_command(token, "end", "end_tokens", "end all tokens of an account", "fleet_commands")
    end.add_argument("login")


def _add_enrolment(hub: Any) -> None:
    words = "make a code by which a terminal becomes known, and print it once"
    code = _hub_command(hub, "enrol-code", "enrol_code", words, "enrolment_commands")
    code.add_argument("--site", default="", help="where it stands, if it is a new one; else the hub's first site")
    code.add_argument("--location", default="", help="where it stands there: 'Foyer, links'")
    revoke = _hub_command(hub, "revoke", "revoke", "refuse a terminal from now on", "enrolment_commands")
    for command in (code, revoke):
        command.add_argument("terminal", metavar="TERMINAL")
    keys = hub.add_parser("keys", help="the hub's own keys").add_subparsers(required=True, metavar="WHAT")
    renew = _hub_command(
        keys, "renew", "renew_key", "make a new one; terminals get it by themselves", "enrolment_commands"
    )
    renew.add_argument("purpose", choices=("identity", "commands"), help="what it signs")
    renew.add_argument("--lost", action="store_true", help="the one before got known: it counts no longer")


def _add_enrol(commands: Any) -> None:
    words = "make this terminal known to its hub, by a code that IT has made there"
    command: argparse.ArgumentParser = commands.add_parser("enrol", help=words)
    command.add_argument("hub", metavar="https://HUB", help="the hub's address")
    command.add_argument(
        "code", nargs="?", default="", metavar="CODE", help="good for 15 minutes, once; -: from a pipe"
    )
    command.add_argument("--check", action="store_true", help="only say what stands between this terminal and the hub")
    command.add_argument("--name", default="", help="the terminal's name, if a code for another one is to be refused")
    command.add_argument("--ca-file", type=Path, help="the certificates that the hub's is checked against")
    command.add_argument("--root-sha256", default="", metavar="HEX", help="which root of the profiles is to be got")
    command.add_argument("--folder", type=Path, help="where the identity is kept (/var/lib/lotse-identity)")
    command.set_defaults(command=_enrol)


def _enrol(options: argparse.Namespace) -> int:
    from provisioning.enrol_command import run_enrol

    return run_enrol(options, sys.stdout)


def _hub_command(group: Any, word: str, function: str, words: str, module: str = "commands") -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(word, help=words)
    command.add_argument("--settings", type=Path, required=True, help="the hub's settings file")
    command.set_defaults(command=lambda options: _with_hub_settings(options, function, module))
    return command


def _add_machine(commands: Any) -> None:
    machine = commands.add_parser("machine", help="what stands around a locked-down terminal: started by its units")
    parts = machine.add_subparsers(required=True, metavar="PART")
    for name, words in (
        ("egress", "the way out, to the hosts in the settings alone"),
        ("devices", "the device files that the settings name, opened and handed over"),
    ):
        part = parts.add_parser(name, help=words)
        part.add_argument("--settings", type=Path, required=True, help="the terminal's settings file")
        part.set_defaults(command=_machine, part=name)


def _add_agent(commands: Any) -> None:
    agent = commands.add_parser("agent", help="what keeps a terminal's profile current")
    parts = agent.add_subparsers(required=True, metavar="WHAT")
    run = parts.add_parser("run", help="look for new profiles and bring them into use between visits")
    run.set_defaults(command=_run_agent)
    status = parts.add_parser("status", help="how it is doing, as JSON; exits 1 if somebody should look after it")
    status.set_defaults(command=_agent_status)
    for part in (run, status):
        part.add_argument("--settings", type=Path, required=True, help="the terminal's settings file")


def _updates(options: argparse.Namespace) -> Tuf | None:
    from composition.process import complain
    from profiles.settings_file import load_settings

    settings = load_settings(options.settings)
    if isinstance(settings, list):
        complain(settings)
        return None
    if settings.updates is None:
        sys.stderr.write('the settings have no section "updates"\n')
    return settings.updates


def _run_agent(options: argparse.Namespace) -> int:
    from profiles.loading import load_profile
    from provisioning.agent_command import run_agent

    def check(profile: Path) -> list[str]:
        place = load_profile(profile)
        return [str(mistake) for mistake in place] if isinstance(place, list) else []

    wanted = _updates(options)
    return 2 if wanted is None else run_agent(wanted, check)


def _agent_status(options: argparse.Namespace) -> int:
    from provisioning.agent_command import print_status

    wanted = _updates(options)
    return 2 if wanted is None else print_status(wanted.state, sys.stdout)


def _machine(options: argparse.Namespace) -> int:
    from composition.parts import run_part
    from composition.process import complain
    from profiles.settings_file import load_settings

    settings = load_settings(options.settings)
    return complain(settings) if isinstance(settings, list) else run_part(options.part, settings)


def _staff_code(_options: argparse.Namespace) -> int:
    from provisioning.staff_code import hashed, new_code

    code = new_code()
    sys.stderr.write(f"The code for the staff: {code}\nBelow is what the terminal's credential store keeps.\n")
    sys.stdout.write(f"{hashed(code)}\n")
    return 0


def _run(options: argparse.Namespace) -> int:
    from composition.process import complain
    from composition.terminals import run_terminal
    from profiles.settings_file import load_settings

    settings = load_settings(options.settings)
    return complain(settings) if isinstance(settings, list) else run_terminal(settings)


def _demo(options: argparse.Namespace) -> int:
    from demo.start import demonstrate

    return demonstrate(options.profile, smoke=options.smoke)


def _visit(options: argparse.Namespace) -> int:
    from demo.visit import walk_alone

    return walk_alone(options)


def _check_forms(options: argparse.Namespace) -> int:
    import json

    from kiosk.forms.check import check_file

    reports = [check_file(path) for path in options.files]
    for report in reports:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    return 0 if all(report["walkable"] for report in reports) else 1


def _check_profile(options: argparse.Namespace) -> int:
    from profiles.checking import run_check

    return run_check(options.path, sys.stdout)


def _build_profile(options: argparse.Namespace) -> int:
    from profiles.checking import run_check
    from profiles.loading import load_profile, read_profile
    from provisioning.bundle_command import run_build

    if run_check(options.path, sys.stdout):
        return 1
    layers = [layer.path for layer in read_profile(options.path)[1].layers]
    return run_build(layers, load_profile, options.version, options.out, sys.stdout)


def _explain_profile(options: argparse.Namespace) -> int:
    from profiles.explain import run_explain

    return run_explain(options.key, options.path, sys.stdout)


def _diff_profiles(options: argparse.Namespace) -> int:
    from contextlib import ExitStack

    from profiles.difference import run_diff
    from provisioning.bundle import BundleError, unpacked

    with ExitStack() as stack:
        try:
            old, new = (stack.enter_context(unpacked(path)) for path in (options.old, options.new))
        except BundleError as fault:
            sys.stderr.write(f"{fault}\n")
            return 2
        return run_diff(old, new, sys.stdout)


def _preview_profile(options: argparse.Namespace) -> int:
    from demo.preview import preview

    return preview(options.path, landscape=options.landscape, smoke=options.smoke)


def _profile_texts(options: argparse.Namespace) -> int:
    from profiles.texts_command import run_texts

    return run_texts(options.path, options.language, sys.stdout)


def _fleet(options: argparse.Namespace) -> int:
    from provisioning.fleet import run

    return run(options.words)


def _serve_hub(options: argparse.Namespace) -> int:
    from hub.server import serve

    settings = _hub_settings(options)
    if settings is None:
        return 2
    serve(settings)
    return 0


def _with_hub_settings(options: argparse.Namespace, function: str, module: str) -> int:
    from importlib import import_module

    settings = _hub_settings(options)
    return (
        2 if settings is None else int(getattr(import_module(f"hub.{module}"), function)(options, settings, sys.stdout))
    )


def _hub_settings(options: argparse.Namespace) -> HubSettings | None:
    """Read the hub's settings; say why, if they cannot be used."""
    from composition.process import credentials_allowed, keyring_secret
    from hub.settings_file import SettingsFault, load_hub_settings

    if not credentials_allowed():
        return None
    try:
        return load_hub_settings(options.settings, keyring_secret)
    except SettingsFault as fault:
        sys.stderr.write(f"{fault}\n")
        return None
