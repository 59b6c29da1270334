"""The status codes of ITNIO TECH and their texts; a number that means two things has two names."""

import attrs


@attrs.frozen
class Code:
    """One status code and its text."""

    number: int
    reason: str


SUCCESS = Code(0, "success")
AUTHENTICATION = Code(-1, "authentication error")
ADDRESS = Code(-2, "ip restricted")
TEXT_EMPTY = Code(-4, "content empty")
TEXT_LONG = Code(-5, "content too long")
MANY_NUMBERS = Code(-7, "too many numbers")
NUMBERS_EMPTY = Code(-8, "numbers empty")
BAD_NUMBER = Code(-9, "number wrong")
TIME_FORM = Code(-11, "time format wrong")
FIELD = Code(-14, "field empty or id wrong")
NO_BALANCE = Code(-10, "balance insufficient")
LOCKED = Code(-13, "account locked")
THROTTLED = Code(-15, "too many requests")
EXPIRED = Code(-16, "timestamp expires")
PROGRAM = Code(-18, "program error")
EXISTS = Code(-20, "data exists")
INVALID = Code(-21, "validation failed")
PARAMETER = Code(-22, "parameter error")
CAP = Code(-23, "data cap reached")
NOT_FOUND = Code(-24, "data does not exist")
OUT_OF_RANGE = Code(-25, "out of time range")
NO_FEE = Code(-26, "no fee found")
UPLOAD_FORMAT = Code(-27, "upload mp3 or wav")
SEND_LIMIT = Code(-27, "limit of the period reached")
PHONE_LIMIT = Code(-28, "limit of the period reached for this number")
NAME_EXISTS = Code(-33, "name exists")
NUMBER_EXISTS = Code(-34, "job number exists")
TOO_MANY_AGENTS = Code(-36, "more than can be created")
FILE_TOO_LARGE = Code(-38, "file too large")
FILE_FORMAT = Code(-39, "file format wrong")
TOO_MANY_NUMBERS = Code(-40, "more than 100000 numbers")
TASK_STATE = Code(-41, "task state does not allow it")
NO_NUMBERS = Code(-42, "no numbers to call")
HEADER_REPEATED = Code(-43, "header repeated")
TRUNK_TYPE = Code(-44, "trunk type wrong")
TRUNK_NAME = Code(-45, "trunk name wrong")
TRUNK_NAME_EXISTS = Code(-47, "trunk name exists")
TRUNK_NO_GROUP = Code(-48, "agent group empty")
GATEWAY_EMPTY = Code(-49, "gateway empty")
GATEWAY_FORMAT = Code(-50, "gateway format wrong")
TRUNK_GROUP_REPEATED = Code(-51, "agent group repeated")
TRUNK_GROUP_BOUND = Code(-52, "agent group already bound")
GATEWAY_EXISTS = Code(-53, "gateway exists")
ALLOW_LIST_EMPTY = Code(-54, "allow-list empty")
ALLOW_LIST_FORMAT = Code(-55, "allow-list format wrong")
TRUNK_ID_EMPTY = Code(-56, "trunk id empty")
TRUNK_NUMBER_MISSING = Code(-57, "number required")
TRUNK_NUMBER_LONG = Code(-58, "number too long")
WORKSPACE = Code(-63, "workspace does not match")
AGENTS_IN_GROUP = Code(-64, "agents in group")
PASSWORD = Code(-64, "password: letters and digits only")
NOT_IN_APPLICATION = Code(-65, "group not in application")
COUNTRY_CODE = Code(-66, "country code unknown")
ON_A_CALL = Code(-67, "agent on a call")
IN_A_TASK = Code(-68, "agent in a task")
SIP_BUSY = Code(-68, "the SIP is not in the idle state")
BOUND_TO_LEADER = Code(-69, "bound to a team leader")
BOUND_TO_TRUNK = Code(-70, "bound to a trunk")
TAGS = Code(-71, "too many or repeated tags")
TAG_NAME = Code(-72, "tag name empty or too long")
TASK_GROUP = Code(-74, "agent group not in application")
CONTACT_SALES = Code(-75, "contact sales")
NO_RATE = Code(-77, "no rate")


class RefusedError(Exception):
    """The service refuses a call.

    Args:
        code: the status code.
        detail: what is wrong, for instance a field's name; it follows the code's own text.
    """

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.reason = f"{code.reason}: {detail}" if detail else code.reason
