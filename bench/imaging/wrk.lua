-- Asks for the paths of the file WRK_PATHS in an order shuffled by a fixed seed, with the header WRK_AUTHORIZATION where there is
-- one, and prints what was measured as one line of JSON.
local paths = {}
local at = 0
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  for line in io.lines(os.getenv("WRK_PATHS")) do
    paths[#paths + 1] = line
  end
  math.randomseed(number + 1)
  for last = #paths, 2, -1 do
    local other = math.random(last)
    paths[last], paths[other] = paths[other], paths[last]
  end
  wrk.headers["Authorization"] = os.getenv("WRK_AUTHORIZATION")
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'WRK {"perSecond":%.1f,"p50":%.3f,"p95":%.3f,"p99":%.3f,"bytes":%d,"requests":%d,"refused":%d,"broken":%d}',
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    summary.bytes, summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
