/* Only carries the flags of pkg-config; COpenSSL includes the headers. */
