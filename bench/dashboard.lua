-- Asks the addresses of the file BENCH_ADDRESSES in turn.
local addresses = {}
for line in io.lines(os.getenv("BENCH_ADDRESSES")) do
  addresses[#addresses + 1] = line
end

local asked = 0
request = function()
  asked = asked + 1
  return wrk.format("GET", addresses[(asked - 1) % #addresses + 1])
end

done = dofile("bench/result.lua")
