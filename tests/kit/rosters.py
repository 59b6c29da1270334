"""A small roster file for tests."""

SMALL_ROSTER = """\
kind,user_id,name,phone,routing,groups,backup_groups
queue,,Hotline,842499990001,,Sales,Support
queue,,Help,,,Support,
agent,an.nguyenvan,Nguyễn Văn An,84951234567,app,Sales|Support,
agent,binh.tran,Trần Bình,84951234568,phone,Sales,
agent,chi.le,Lê Chi,,app,Support,
"""
