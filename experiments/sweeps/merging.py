"""Putting the shards of a sweep together."""

from pathlib import Path

import polars as pl

from experiments.errors import StudyError
from experiments.reading import read_parquet
from experiments.sweeps.blocks import block_name
from experiments.sweeps.folder import SweepFolder
from experiments.sweeps.opened import open_sweep
from experiments.sweeps.parts import write_part
from experiments.sweeps.results import SweepResults
from experiments.sweeps.run import Work, begun, conclude


def merge(out: str | Path, shards: list[Path]) -> SweepResults:
    """Put the shards of a sweep together in one folder.

    Args:
        out: the folder, new or with some of the shards in it.
        shards: folders of shards.

    Raises:
        StudyError: when they are of different studies, or of another version of the model.
    """
    if not shards:
        raise StudyError("nothing to merge: name the folders of the shards")
    folders = [SweepFolder.open(path) for path in shards]
    first = folders[0]
    first.must_match(first.study)
    for other in folders:
        first.must_match_saved(other.path)
        other.check_design()
    target = SweepFolder(Path(out), first.study)
    with begun(target, "") as work:
        for folder in folders:
            if folder.path.resolve() != work.folder.path.resolve():
                _copy_blocks(folder, work)
        conclude(work.folder)
    return open_sweep(out)


def _copy_blocks(source: SweepFolder, work: Work) -> None:
    """Copy what the target does not have yet, of blocks that are whole and sound."""
    target = work.folder
    places = {regime.name: place for place, regime in enumerate(target.study.regimes)}
    for parts in source.look_over(set_aside=False).blocks.values():
        runs = read_parquet(parts["runs"])
        place = runs["regime"].replace_strict(places, return_dtype=pl.Int64).to_numpy()
        cells = (runs["point"].to_numpy(), place, runs["replicate"].to_numpy())
        new = work.missing[cells]
        if not new.any():
            continue
        keys = runs.filter(pl.Series(new)).select("point", "regime", "replicate")
        point, regime, replicate = keys.row(0)
        name = block_name(point, places[regime], replicate)
        for table in reversed(target.study.tables):
            rows = read_parquet(parts[table])
            kept = rows if new.all() else rows.join(keys, on=keys.columns, how="semi", maintain_order="left")
            write_part(target.path / table, name, kept)
        work.missing[cells] = False
