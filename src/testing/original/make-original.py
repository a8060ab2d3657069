"""Makes database files as the original server makes them, and pickles of every protocol, for the import's tests.

    python3 src/testing/original/make-original.py FOLDER

The files beside this script were made by it; a test makes them anew where there is a Python, and compares.
"""
import os
import pickle
import sqlite3
import sys

FOLDER = sys.argv[1]

USER = """CREATE TABLE user (
    id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(120) NOT NULL UNIQUE, password_hash VARCHAR(128),
    exchange VARCHAR(20), api_key VARCHAR(255), api_secret VARCHAR(255), telegram_token VARCHAR(255),
    telegram_chat_id VARCHAR(255), uid VARCHAR(255), symbol VARCHAR(50), side VARCHAR(10),
    take_profit VARCHAR(10), stop_loss VARCHAR(10), leverage INTEGER, rounds INTEGER, repeat BOOLEAN,
    grids BLOB{more})"""
MORE = ", verification_token VARCHAR(255), api_password VARCHAR(255), skip_uid_check BOOLEAN"
TRADE = """CREATE TABLE trade (
    id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES user (id), symbol VARCHAR(50),
    side VARCHAR(10), entry_price FLOAT, exit_price FLOAT, size FLOAT, pnl FLOAT, timestamp DATETIME)"""
HASH = "pbkdf2:sha256:600000$salt$00ff"


class Touch:
    """What an attacker would send: unpickling it calls os.system."""

    def __reduce__(self):
        return os.system, ("touch /tmp/blitz-pickle-was-executed",)


LADDER = [{"amount": 20, "gap": 0}, {"amount": "30", "gap": "0.8%"}, {"amount": 45.5, "gap": 1.2}]
TRADER = {
    "password_hash": HASH, "exchange": "bybit", "symbol": "BTC/USDT", "side": "long", "take_profit": "5",
    "stop_loss": "0", "leverage": 10, "rounds": 3, "repeat": 1, "grids": pickle.dumps(LADDER, 4),
}
USERS = [
    {"id": 1, "email": "admin@admin.com", "password_hash": HASH},
    {**TRADER, "id": 2, "email": "Ann@Example.com", "api_key": "AnnKey0123456789", "api_secret": "ann-secret",
     "telegram_token": "1:abc", "telegram_chat_id": "77", "uid": "12345678", "skip_uid_check": 1},
    {**TRADER, "id": 3, "email": "bob@example.com", "exchange": "BingX", "api_key": "BobKey0123456789",
     "api_secret": "bob-secret", "api_password": "x", "symbol": "ETH/USDT:USDT", "side": "short",
     "take_profit": "1.5%", "stop_loss": " 20 % ", "leverage": "5", "rounds": 9, "repeat": None,
     "grids": pickle.dumps([{"amount": 0.1 + 0.2, "gap": None, "note": "x"}, {"amount": "7.50", "gap": 1e-3}], 0)},
    # The same address in other letters, and the same key as Ann's.
    {**TRADER, "id": 4, "email": "ann@example.com"},
    {**TRADER, "id": 5, "email": "copy@example.com", "api_key": "AnnKey0123456789", "api_secret": "ann-secret"},
    {**TRADER, "id": 6, "email": "attack@example.com", "grids": pickle.dumps([Touch()], 4)},
    {**TRADER, "id": 7, "email": "half@example.com", "api_key": "HalfKey012345678", "take_profit": None,
     "stop_loss": None, "grids": pickle.dumps([{"amount": "20 USDT", "gap": 0}, {"amount": 20, "gap": None}], 5)},
    {**TRADER, "id": 8, "email": "cut@example.com", "grids": pickle.dumps(LADDER, 4)[:-9]},
    {"id": 9, "email": "not an address", "password_hash": HASH},
    {**TRADER, "id": 12, "email": "long@example.com", "symbol": "1000000VERYLONGNAME/USDT"},
]
TRADES = [
    (1, 2, "BTC/USDT", "long", 26123.5, 26200.1, 0.012, 0.9192, "2026-03-01 09:15:00.123456"),
    (2, 2, "BTC/USDT:USDT", "long", 0.1 + 0.2, 1e-7, 3, -0.1, "2026-02-28 23:59:59"),
    (3, 3, "ETHUSDT", "SHORT", 1800.05, None, 1e22, 5e-324, None),
    (4, 3, None, None, "n/a", 1.0, 2.5, -12, "yesterday"),
    (5, 99, "BTC/USDT", "long", 1, 1, 1, 1, "2026-03-01 09:15:00"),
]


def make(name, more, users, trades):
    path = os.path.join(FOLDER, name)
    if os.path.exists(path):
        os.remove(path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA page_size = 512")
    database.execute(USER.format(more=more))
    for user in users:
        names = [key for key in user if more or key not in ("verification_token", "api_password", "skip_uid_check")]
        marks = ", ".join("?" for _ in names)
        database.execute(f"INSERT INTO user ({', '.join(names)}) VALUES ({marks})", [user[key] for key in names])
    if trades is not None:
        database.execute(TRADE)
        database.executemany("INSERT INTO trade VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", trades)
    database.commit()
    database.close()


# What settings may hold; every protocol writes it differently.
PLAIN = [
    {"amount": 20, "gap": 0, "none": None, "yes": True, "no": False},
    {"int": 255, "more": 65535, "int32": -2147483648, "long": 2**40, "negative": -(2**40)},
    {"float": 0.1, "tiny": 1e-07, "huge": 1e22, "minus": -0.5},
    {"text": "1.5%", "hangul": "김", "emoji": "🙂", "line": "a\nb\\", "empty": "", "long": "x" * 300},
    [], {}, [[1, [2, (3, (4, 5), (6, 7, 8), ())]]],
]
SHARED = {"amount": "20", "gap": 1}


def pickles():
    made = {}
    for protocol in range(6):
        made[f"plain-{protocol}"] = pickle.dumps(PLAIN, protocol)
        made[f"shared-{protocol}"] = pickle.dumps([SHARED, SHARED], protocol)
        made[f"attack-{protocol}"] = pickle.dumps(Touch(), protocol)
        made[f"bytes-{protocol}"] = pickle.dumps([b"\xff"], protocol)
        made[f"set-{protocol}"] = pickle.dumps({1, 2}, protocol)
        made[f"big-{protocol}"] = pickle.dumps([2**53], protocol)
    return made


make("users.db", MORE, USERS, TRADES)
make("older-users.db", "", [USERS[1], USERS[2]], None)
with open(os.path.join(FOLDER, "pickles.txt"), "w", encoding="ascii") as file:
    file.writelines(f"{name} {data.hex()}\n" for name, data in pickles().items())
