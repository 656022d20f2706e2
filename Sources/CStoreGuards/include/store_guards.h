// sqlite3_db_config(), which is variadic, for what a store of devemu needs of it.
#pragma once
#include <sqlite3.h>

// SQLITE_DBCONFIG_DEFENSIVE on, SQLITE_DBCONFIG_ENABLE_TRIGGER off: what a file brings with it neither runs nor
// changes the schema behind SQLite's back. Returns SQLITE_OK, or the first error code.
int devemu_guard_store(sqlite3 *database);

// SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE: closing touches no file. For a database whose file is not at its path any more.
int devemu_leave_files_alone(sqlite3 *database);
