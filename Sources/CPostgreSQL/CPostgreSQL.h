/* PostgreSQL's own client library: its types are opaque already. */
#include <libpq-fe.h>
