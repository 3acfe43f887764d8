/** The fault that is noted for an answer over TLS without a length, whose end is told by the closed connection alone. */
export const OPEN_ENDED =
  'an answer without content-length or chunks ended with its connection: whether it was whole is not known'
