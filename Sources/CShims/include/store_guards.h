// sqlite3_db_config(), which is variadic, for what a store of devemu needs of it. Functions of the header, so that only
// who calls them links to SQLite.
#pragma once
#include <sqlite3.h>

// SQLITE_DBCONFIG_DEFENSIVE on, SQLITE_DBCONFIG_ENABLE_TRIGGER off: what a file brings with it neither runs nor
// changes the schema behind SQLite's back. Returns SQLITE_OK, or the first error code.
static inline int devemu_guard_store(sqlite3 *database) {
    int error = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    if (error != SQLITE_OK) return error;
    return sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
}

// SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE: closing touches no file. For a database whose file is not at its path any more.
static inline int devemu_leave_files_alone(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
