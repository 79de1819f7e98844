"""Reads a CareerPulse lake from Python: `python examples/read_lake.py LAKE`.

Needs `pip install deltalake pyarrow duckdb==1.5.5 duckdb-extension-delta==1.5.5`.
"""

import pathlib
import sys

import deltalake
import duckdb
import duckdb_extension_delta

lake = pathlib.Path(sys.argv[1])

# delta-rs from Python: every table with its version, rows and the comment it carries.
for log in sorted(lake.glob("careerpulse_*/*/_delta_log")):
    table = deltalake.DeltaTable(str(log.parent))
    name = f"{log.parent.parent.name}.{log.parent.name}"
    print(f"{name:50} v{table.version():<3} {table.to_pyarrow_table().num_rows:>7} rows  {table.metadata().description}")

# DuckDB through its own Delta reader.
package = pathlib.Path(duckdb_extension_delta.__file__).parent
duck = duckdb.connect()
duck.execute(f"load '{next(package.rglob('*.duckdb_extension'))}'")
print(
    duck.sql(
        f"""
        select coalesce(p.category, i.category) as category,
               count(p.category) as observed,
               count(i.category) filter (where not i.abstained) as imputed
        from delta_scan('{lake}/careerpulse_silver/job_postings') p
        left join delta_scan('{lake}/careerpulse_inference/category_predictions') i using (posting_id)
        group by 1 order by 2 desc, 1 limit 5
        """
    )
)
