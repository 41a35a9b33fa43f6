"""The table on the terminal."""

import sys
from typing import Any

GOALS = {"list": 8, "nik": 8, "household": 12, "complaint": 10, "name_search": 1.5, "report": 1}
NAMES = {
    "list": "Families of a kelurahan, with count", "name_search": "Families by a piece of a name",
    "nik": "Family by a whole NIK", "household": "A family's page, reading recorded",
    "complaint": "Complaint created", "report": "Monthly report",
}  # fmt: skip
LARGE = 100_000


def goal(item: str, households: int) -> float:
    """The most that a work item may cost, as a multiple of the floor."""
    return 0.6 if item == "name_search" and households >= LARGE else GOALS[item]


def show(figures: dict[str, Any]) -> None:
    """Both medians and the ratio of each work item, then everything that has no floor."""
    lines = [f"\n{figures['households']:,} households · CPU of the server for one request, 8 connections"]
    lines.append(f"{'':<38}{'portal ms':>10}{'floor ms':>10}{'ratio':>8}{'goal':>7}{'p50 ms':>9}{'floor':>8}")
    for row in figures["items"]:
        wanted = goal(row["item"], figures["households"])
        mark = "" if row["ratio_cpu"] <= wanted else "  missed"
        lines.append(
            f"{NAMES[row['item']]:<38}{row['portal_cpu_ms']:>10.2f}{row['floor_cpu_ms']:>10.2f}"
            f"{row['ratio_cpu']:>8.1f}{wanted:>7g}{row['portal_p50_ms']:>9.1f}{row['floor_p50_ms']:>8.1f}{mark}"
        )
    if out := figures.get("export"):
        lines.append(_export(out))
    if brought := figures.get("import"):
        lines.append(_import(brought))
    if check := figures.get("entry_check"):
        lines.append(
            f"Check for duplicates at entry, {check['people']:,} people: {check['check_ms']} ms, one scan of all names "
            f"{check['scan_ms']}, ratio {check['ratio_cpu']:.2f} (goal 1 at 360,000) · slowest {check['worst_ms']} ms"
        )
    if money := figures.get("money"):
        lines += _money(money)
    if mix := figures.get("mix"):
        lines.append(
            f"Mix, 32 connections: {mix['portal_per_s']:.0f} answers/s, floor {mix['floor_per_s']:.0f}, "
            f"share {mix['share_of_floor']:.2f} (goal 0.33), failed {mix['portal_failed']}"
        )
    lines.append(
        f"First answer after {figures['start_s']} s (goal 2) · at rest {figures['rest_pss_mib']} MiB (goal 160)"
    )
    lines.append(f"First load {figures['first_load_bytes']:,} bytes · a part {figures['partial_bytes']:,} bytes\n")
    sys.stdout.write("\n".join(lines) + "\n")


def _money(books: dict[str, Any]) -> list[str]:
    """Each piece of work with the books, beside bare sqlite3; the recount is a part of `ledger verify`."""
    lines = [f"Books: {books['gifts']:,} gifts, {books['entries']:,} entries · CPU of one process"]
    for row in books["items"]:
        wanted = row["goal"]
        mark = "  missed" if wanted and row["ratio_cpu"] > wanted else ""
        lines.append(
            f"  {row['item']:<36}{row['portal_cpu_ms']:>10.2f}{row['floor_cpu_ms']:>10.2f}"
            f"{row['ratio_cpu']:>8.1f}{wanted or '':>7}{mark}"
        )
    return [*lines, f"  ledger verify, all entries: {books['verify_s']} s"]


def _export(out: dict[str, Any]) -> str:
    """The register as a file, beside a bare openpyxl loop."""
    return (
        f"Export of {out['rows']:,} people: {out['portal_rows_s']:,} rows/s, openpyxl {out['floor_rows_s']:,}, "
        f"ratio {out['ratio_rows']:.1f} (goal 0.8) · first byte after {out['first_byte_s']} s (goal 1)\n"
        f"  takes {out['grown_mib']} MiB (goal 80) of a process that then has {out['peak_pss_mib']}, "
        f"openpyxl {out['floor_peak_mib']} · a page beside it {out['page_ms_beside']} ms, else {out['page_ms']}"
    )


def _import(out: dict[str, Any]) -> str:
    """A city's file from upload to written, beside bare loops of calamine and executemany."""
    return (
        f"Import of {out['rows']:,} people: {out['portal_s']} s, a bare loop into the register's tables "
        f"{out['floor_s']} s, ratio {out['ratio_wall']:.1f} (goal 6); into a table without any "
        f"index {out['plain_s']} s, {out['ratio_plain']:.1f}\n"
        f"  at most {out['peak_mib']} MiB with the process that opens the workbook "
        f"(goal 200) · a page beside it {out['page_ms_beside']} ms, worst {out['page_ms_worst']}, else {out['page_ms']}"
    )
