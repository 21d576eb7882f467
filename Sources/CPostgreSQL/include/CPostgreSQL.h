// libpq, and those of its constants that Swift cannot read: character literals.
//
// Debian keeps the header in a folder that compilers do not search, others do not. Named with that folder it is found
// without any flag, so that the package builds the same at the root and as a dependency.

#ifndef CPOSTGRESQL_H
#define CPOSTGRESQL_H

#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

// The fields of an error.
enum {
    CPOSTGRESQL_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED,
    CPOSTGRESQL_SQLSTATE = PG_DIAG_SQLSTATE,
    CPOSTGRESQL_MESSAGE = PG_DIAG_MESSAGE_PRIMARY,
    CPOSTGRESQL_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME,
};

#endif
