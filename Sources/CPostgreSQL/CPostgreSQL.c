// A target needs a source file to be built and linked.
#include "CPostgreSQL.h"
