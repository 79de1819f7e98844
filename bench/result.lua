-- What came of a run of wrk, in one line: RESULT, good answers a second, median and 99th percentile in
-- milliseconds, failed answers.
return function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local rate = (summary.requests - errors.status) / (summary.duration / 1e6)
  local ms = function(percentile) return latency:percentile(percentile) / 1e3 end
  print(string.format("RESULT %f %f %f %d", rate, ms(50), ms(99), failed))
end
