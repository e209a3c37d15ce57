"""The report as JSON, for IT's own tools. `version` is its form: without a new one, keys may only be added."""

from __future__ import annotations

import json
from typing import Any

from kiosk.readiness import VERSION, Finding, Report, ServiceReadiness
from kiosk.text import ENGLISH, GERMAN, Text, translator


def as_json(report: Report) -> str:
    """Return the report as a JSON document."""
    document = {
        "version": VERSION,
        "verdict": report.verdict,
        "place": _both(report.place),
        "terminal": report.terminal,
        "location": report.location,
        "software": report.software,
        "begun": report.begun,
        "findings": [_finding(finding) for finding in report.findings],
        "services": [_service(service) for service in report.services],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "title": _both(finding.title),
        "verdict": finding.verdict,
        "words": _both(finding.words),
        "remedy": _both(finding.remedy) if finding.remedy else None,
        "device": finding.device,
        "fault": finding.fault.code if finding.fault else None,
        "essential": finding.essential,
        "seconds": finding.seconds,
        "details": [{"label": _both(each.label), "value": _both(each.value)} for each in finding.details],
    }


def _service(service: ServiceReadiness) -> dict[str, Any]:
    return {
        "id": service.id,
        "title": _both(service.title),
        "verdict": service.verdict,
        "why": [_both(why) for why in service.why],
    }


def _both(text: Text) -> dict[str, str]:
    return {language: translator(language).say(text) for language in (GERMAN, ENGLISH)}
