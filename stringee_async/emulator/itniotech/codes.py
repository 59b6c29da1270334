"""The status codes of ITNIO TECH that the emulator returns, and their texts.

One job: names for numbers. The vendor uses some numbers twice; then there are two names here, and the text of a
refusal can be given with it. Facts: the code lists of the vendor's pages.
"""

SUCCESS = 0
AUTHENTICATION = -1
ADDRESS = -2
NO_BALANCE = -10
LOCKED = -13
THROTTLED = -15
EXPIRED = -16
PROGRAM = -18
EXISTS = -20
INVALID = -21
PARAMETER = -22
CAP = -23
NOT_FOUND = -24
OUT_OF_RANGE = -25
NO_FEE = -26
UPLOAD_FORMAT = -27
NAME_EXISTS = -33
NUMBER_EXISTS = -34
TOO_MANY_AGENTS = -36
FILE_TOO_LARGE = -38
FILE_FORMAT = -39
TOO_MANY_NUMBERS = -40
TASK_STATE = -41
NO_NUMBERS = -42
HEADER_REPEATED = -43
TRUNK_TYPE = -44
TRUNK_NAME = -45
TRUNK_NAME_EXISTS = -47
TRUNK_NO_GROUP = -48
GATEWAY_EMPTY = -49
GATEWAY_FORMAT = -50
TRUNK_GROUP_REPEATED = -51
TRUNK_GROUP_BOUND = -52
GATEWAY_EXISTS = -53
ALLOW_LIST_EMPTY = -54
ALLOW_LIST_FORMAT = -55
TRUNK_ID_EMPTY = -56
TRUNK_NUMBER_MISSING = -57
TRUNK_NUMBER_LONG = -58
WORKSPACE = -63
AGENTS_IN_GROUP = -64
PASSWORD = -64
NOT_IN_APPLICATION = -65
COUNTRY_CODE = -66
ON_A_CALL = -67
IN_A_TASK = -68
BOUND_TO_LEADER = -69
BOUND_TO_TRUNK = -70
TAGS = -71
TAG_NAME = -72
TASK_GROUP = -74
CONTACT_SALES = -75
NO_RATE = -77

REASONS: dict[int, str] = {
    SUCCESS: "success",
    AUTHENTICATION: "authentication error",
    ADDRESS: "ip restricted",
    NO_BALANCE: "balance insufficient",
    LOCKED: "account locked",
    THROTTLED: "too many requests",
    EXPIRED: "timestamp expires",
    PROGRAM: "program error",
    EXISTS: "data exists",
    INVALID: "validation failed",
    PARAMETER: "parameter error",
    CAP: "data cap reached",
    NOT_FOUND: "data does not exist",
    OUT_OF_RANGE: "out of time range",
    NO_FEE: "no fee found",
    UPLOAD_FORMAT: "upload mp3 or wav",
    NAME_EXISTS: "name exists",
    NUMBER_EXISTS: "job number exists",
    TOO_MANY_AGENTS: "more than can be created",
    FILE_TOO_LARGE: "file too large",
    FILE_FORMAT: "file format wrong",
    TOO_MANY_NUMBERS: "more than 100000 numbers",
    TASK_STATE: "task state does not allow it",
    NO_NUMBERS: "no numbers to call",
    HEADER_REPEATED: "header repeated",
    TRUNK_TYPE: "trunk type wrong",
    TRUNK_NAME: "trunk name wrong",
    TRUNK_NAME_EXISTS: "trunk name exists",
    TRUNK_NO_GROUP: "agent group empty",
    GATEWAY_EMPTY: "gateway empty",
    GATEWAY_FORMAT: "gateway format wrong",
    TRUNK_GROUP_REPEATED: "agent group repeated",
    TRUNK_GROUP_BOUND: "agent group already bound",
    GATEWAY_EXISTS: "gateway exists",
    ALLOW_LIST_EMPTY: "allow-list empty",
    ALLOW_LIST_FORMAT: "allow-list format wrong",
    TRUNK_ID_EMPTY: "trunk id empty",
    TRUNK_NUMBER_MISSING: "number required",
    TRUNK_NUMBER_LONG: "number too long",
    WORKSPACE: "workspace does not match",
    AGENTS_IN_GROUP: "agents in group",
    NOT_IN_APPLICATION: "group not in application",
    COUNTRY_CODE: "country code unknown",
    ON_A_CALL: "agent on a call",
    IN_A_TASK: "agent in a task",
    BOUND_TO_LEADER: "bound to a team leader",
    BOUND_TO_TRUNK: "bound to a trunk",
    TAGS: "too many or repeated tags",
    TAG_NAME: "tag name empty or too long",
    TASK_GROUP: "agent group not in application",
    CONTACT_SALES: "contact sales",
    NO_RATE: "no rate",
}


class RefusedError(Exception):
    """The service says no.

    Args:
        code: the status code.
        detail: what is wrong, for instance a field's name; it follows the code's own text.
        reason: another text than the code's own, for a number that is used twice.
    """

    def __init__(self, code: int, detail: str = "", *, reason: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        own = REASONS.get(code, "refused")
        self.reason = reason or (f"{own}: {detail}" if detail else own)
