"""What every task shares: options, workers, memory, measuring, the table and the plot."""
