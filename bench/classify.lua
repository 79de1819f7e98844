-- Sends the bodies of the file BENCH_BODIES in turn.
local bodies = {}
for line in io.lines(os.getenv("BENCH_BODIES")) do
  bodies[#bodies + 1] = line
end

local headers = { ["Content-Type"] = "application/json" }
local asked = 0
request = function()
  asked = asked + 1
  return wrk.format("POST", "/api/v1/classify", headers, bodies[(asked - 1) % #bodies + 1])
end

done = dofile("bench/result.lua")
