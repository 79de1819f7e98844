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
        select category, sum(observed) as observed, sum(imputed) as imputed
        from (select category, 1 as observed, 0 as imputed
              from delta_scan('{lake}/careerpulse_gold/category_labeled_postings')
              union all
              select category, 0, cast(not abstained as integer)
              from delta_scan('{lake}/careerpulse_inference/category_predictions')
              where model_version = (select max(version)
                                     from delta_scan('{lake}/careerpulse_ml/promotions')
                                     where verdict = 'pass'))
        group by category order by observed desc, category limit 5
        """
    )
)
