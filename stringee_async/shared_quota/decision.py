"""The decision whether permits may be given: throttled-py's GCRA by the server's clock, in one round trip.

Around the unchanged script of throttled-py stands what it does not know: a pause of all processes is looked at first; a
lane that has none left takes what the other lane can spare, and else reserves the next permits of its own, to be used
after a wait. Every permit is taken of a bucket of one of the lanes, so the sum of the lanes bounds them all.

KEYS: bucket of the lane, bucket of the other lane, pause, permits given in the current window.
ARGV: seconds for each permit, burst, permits asked for, permits that may be reserved, seconds for each permit of the
other lane, burst that it lends (0 for none), seconds of a window.
Returns permits given, seconds to wait before they are used, seconds of a pause.
"""

from __future__ import annotations

from typing import Final

from throttled.asyncio.rate_limiter.gcra import RedisLimitAtomicAction

_FRAME: Final = """
local function decide(KEYS, ARGV)
%s
end
local pause = redis.call("PTTL", KEYS[3])
if pause > 0 then
    return {0, "0", tostring(pause / 1000)}
end
local function given(permits, wait)
    local window = string.format("%%d", math.floor(redis.call("TIME")[1] / ARGV[7]))
    if redis.call("HGET", KEYS[4], "window") ~= window then
        redis.call("HSET", KEYS[4], "window", window, "used", 0)
    end
    redis.call("HINCRBY", KEYS[4], "used", permits)
    redis.call("EXPIRE", KEYS[4], math.ceil(ARGV[7]) + 1)
    return {permits, tostring(wait), "0"}
end
local wanted = tonumber(ARGV[3])
if decide({KEYS[1]}, {ARGV[1], ARGV[2], wanted})[1] == 0 then
    return given(wanted, 0)
end
local lent = math.min(wanted, decide({KEYS[2]}, {ARGV[5], ARGV[6], 0})[2])
if lent > 0 and decide({KEYS[2]}, {ARGV[5], ARGV[6], lent})[1] == 0 then
    return given(lent, 0)
end
local later = decide({KEYS[1]}, {ARGV[1], ARGV[2] + ARGV[4], wanted})
if later[1] == 0 then
    return given(wanted, math.max(0, tonumber(later[3]) - ARGV[2] * ARGV[1]))
end
return {0, later[4], "0"}
"""

DECISION: Final = _FRAME % RedisLimitAtomicAction.SCRIPTS
