/* Only carries the flags of pkg-config; CXMLSec includes the headers. */
